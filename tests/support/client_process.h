// The client `twinledger` as a user runs it: a process with arguments, input, output and exit code.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace twinledger::support {

struct ClientRun {
  int exit = -1;
  std::string out;
  std::string err;
};

// Runs in `folder`, where `./data` and `./twinledger.conf` are looked for.
class Client {
 public:
  explicit Client(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Beside HOME, which is `folder`, the environment of the process.
  Client& With(const std::string& variable, const std::string& value);

  // Waits for its end, at most ten minutes.
  ClientRun Run(const std::vector<std::string>& arguments, const std::string& input = "") const;

  // Credentials of the name `officer`, for an officer of the council. The exit code.
  int IssueOfficer(const std::string& officer, const std::string& council) const;

  // As Run in two steps, for who sends it signals. One at a time in a folder.
  pid_t Start(const std::vector<std::string>& arguments, const std::string& input = "") const;
  ClientRun Finish(pid_t child) const;

  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
  std::map<std::string, std::string> environment_;
};

}  // namespace twinledger::support
