#include "tests/support/server_process.h"

#include <fcntl.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <ctime>
#include <fstream>
#include <future>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "platform/base/check.h"
#include "platform/identity/client_bundle.h"

namespace twinledger::support {
namespace {

constexpr std::chrono::milliseconds kLook{10};

template <class Condition>
bool WaitFor(const Condition& condition, std::chrono::seconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(kLook);
  }
  return true;
}

grpc::ChannelArguments FastReconnect() {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 20'000);  // Time for a handshake, too.
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return arguments;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "twinledger_test_XXXXXX").string();
  TL_CHECK(mkdtemp(name.data()) != nullptr);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

ServerProcess::ServerProcess(const std::filesystem::path& data,
                             const std::filesystem::path& log_file,
                             const std::vector<std::string>& flags,
                             const std::vector<std::string>& environment)
    : data_(data) {
  std::vector<std::string> words = {TWINLEDGER_BIN_DIR "/twinledgerd",
                                    "--data-dir",
                                    data.string(),
                                    "--listen",
                                    "127.0.0.1:0",
                                    "--health-listen",
                                    "127.0.0.1:0",
                                    "--metrics-listen",
                                    "127.0.0.1:0"};
  // The last of a flag counts, so that a test can choose another value.
  words.insert(words.end(), flags.begin(), flags.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::vector<std::string> settings = environment;
  for (char** own = environ; *own != nullptr; ++own) settings.emplace_back(*own);
  std::vector<char*> variables;
  for (std::string& setting : settings) variables.push_back(setting.data());
  variables.push_back(nullptr);
  const int log = open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  TL_CHECK(log >= 0);
  std::error_code error;
  std::filesystem::remove(data / "endpoint.json", error);  // Of a run that was killed.
  pid_ = fork();
  TL_CHECK(pid_ >= 0);
  if (pid_ == 0) {
    dup2(log, STDERR_FILENO);
    execve(arguments[0], arguments.data(), variables.data());
    _exit(127);
  }
  close(log);
}

ServerProcess::~ServerProcess() {
  if (ended_) return;
  Signal(SIGKILL);
  Wait();
}

std::optional<ServerAddresses> ServerProcess::WaitUntilServing(std::chrono::seconds limit) {
  nlohmann::json endpoints;
  const auto serves_or_ended = [&] {
    endpoints = nlohmann::json::parse(ReadText(data_ / "endpoint.json"), nullptr, false);
    return endpoints.is_object() || Wait(std::chrono::seconds(0)).has_value();
  };
  if (!WaitFor(serves_or_ended, limit) || !endpoints.is_object()) return std::nullopt;
  return ServerAddresses{endpoints["listen"], endpoints["health_listen"],
                         endpoints["metrics_listen"]};
}

void ServerProcess::Signal(int number) const {
  if (!ended_) kill(pid_, number);
}

void ServerProcess::Stop() {
  Signal(SIGSTOP);
  int status = 0;
  if (!ended_) TL_CHECK(waitpid(pid_, &status, WUNTRACED) == pid_ && WIFSTOPPED(status));
}

std::size_t ServerProcess::PeakBytes() const {
  std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
  std::size_t kib = 0;
  for (std::string word; kib == 0 && status >> word;) {
    if (word == "VmHWM:") status >> kib;
  }
  TL_CHECK(kib > 0);
  return kib * 1024;
}

std::chrono::nanoseconds ServerProcess::ProcessorTime() const {
  clockid_t clock = 0;
  timespec time{};
  TL_CHECK(clock_getcpuclockid(pid_, &clock) == 0 && clock_gettime(clock, &time) == 0);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

std::optional<int> ServerProcess::Wait(std::chrono::seconds limit) {
  WaitFor(
      [this] {
        int status = 0;
        if (!ended_ && waitpid(pid_, &status, WNOHANG) == pid_) {
          ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
        }
        return ended_.has_value();
      },
      limit);
  return ended_;
}

std::string ReadText(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

std::shared_ptr<grpc::Channel> Connect(const std::string& address,
                                       const std::filesystem::path& folder) {
  const Result<identity::ClientBundle> bundle = identity::ReadBundle(folder);
  TL_CHECK(bundle.ok());
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = bundle->authority_pem;
  options.pem_private_key = bundle->key_pem;
  options.pem_cert_chain = bundle->certificate_pem;
  return grpc::CreateCustomChannel(address, grpc::SslCredentials(options), FastReconnect());
}

std::shared_ptr<grpc::Channel> ConnectInPlainText(const std::string& address) {
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), FastReconnect());
}

std::filesystem::path ClientFolder(const std::filesystem::path& data, const std::string& role) {
  return data / "identity" / "clients" / role;
}

std::optional<int> Probe(const std::string& address, const std::string& service) {
  // HealthCheckRequest {service = 1}, HealthCheckResponse {status = 1}: two bytes are no proto.
  const std::string request =
      service.empty() ? "" : "\x0a" + std::string(1, static_cast<char>(service.size())) + service;
  const grpc::Slice slice(request);
  const grpc::ByteBuffer sent(&slice, 1);
  grpc::ByteBuffer received;
  grpc::GenericStub stub(ConnectInPlainText(address));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", grpc::StubOptions(), &sent, &received,
                 [&done](grpc::Status status) { done.set_value(std::move(status)); });
  if (!done.get_future().get().ok()) return std::nullopt;
  std::vector<grpc::Slice> slices;
  if (!received.Dump(&slices).ok() || slices.empty() || slices[0].size() < 2) return std::nullopt;
  return slices[0].begin()[1];
}

}  // namespace twinledger::support
