#include "tests/support/client_process.h"

#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>

#include "platform/base/check.h"

namespace twinledger::support {
namespace {

std::string ReadWhole(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// "timeout" of coreutils bounds the wait and passes the exit code on, and signals: once, in the
// foreground.
std::vector<std::string> CommandLine(const std::vector<std::string>& arguments) {
  std::vector<std::string> words{"timeout", "--foreground", "600",
                                 TWINLEDGER_BIN_DIR "/twinledger"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

}  // namespace

Client& Client::With(const std::string& variable, const std::string& value) {
  environment_[variable] = value;
  return *this;
}

ClientRun Client::Run(const std::vector<std::string>& arguments, const std::string& input) const {
  return Finish(Start(arguments, input));
}

int Client::IssueOfficer(const std::string& officer, const std::string& council) const {
  return Run({"identity", "issue", officer, "--role", "council-officer", "--council", council})
      .exit;
}

pid_t Client::Start(const std::vector<std::string>& arguments, const std::string& input) const {
  const std::filesystem::path in = folder_ / "client.in";
  const std::filesystem::path out = folder_ / "client.out";
  const std::filesystem::path err = folder_ / "client.err";
  std::ofstream(in, std::ios::binary) << input;
  std::vector<std::string> words = CommandLine(arguments);
  std::vector<std::string> settings{"HOME=" + folder_.string(), "PATH=/usr/bin:/bin"};
  for (const auto& [name, value] : environment_) settings.push_back(name + "=" + value);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::vector<char*> envp;
  for (std::string& setting : settings) envp.push_back(setting.data());
  envp.push_back(nullptr);
  const pid_t child = fork();
  TL_CHECK(child >= 0);
  if (child == 0) {
    const bool ready = chdir(folder_.c_str()) == 0 && freopen(in.c_str(), "r", stdin) != nullptr &&
                       freopen(out.c_str(), "w", stdout) != nullptr &&
                       freopen(err.c_str(), "w", stderr) != nullptr;
    if (ready) execvpe(argv[0], argv.data(), envp.data());
    _exit(127);
  }
  return child;
}

ClientRun Client::Finish(pid_t child) const {
  int status = 0;
  TL_CHECK(waitpid(child, &status, 0) == child);
  return {.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
          .out = ReadWhole(folder_ / "client.out"),
          .err = ReadWhole(folder_ / "client.err")};
}

}  // namespace twinledger::support
