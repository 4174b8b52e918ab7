// twinledgerd as a child process on a data directory of the test, on ports that the system chooses.
#pragma once

#include <grpcpp/channel.h>
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace twinledger::support {

// A folder that is gone with the test.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct ServerAddresses {
  std::string services;  // "127.0.0.1:40001"
  std::string health;
  std::string metrics;
};

class ServerProcess {
 public:
  // Starts it; what it writes to stderr goes to `log_file`. `environment` is what it has beside
  // that of the test, "NAME=value".
  ServerProcess(const std::filesystem::path& data, const std::filesystem::path& log_file,
                const std::vector<std::string>& flags = {},
                const std::vector<std::string>& environment = {});
  ~ServerProcess();  // Killed if it still runs.
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // Nothing if it ended, or does not take calls in time.
  std::optional<ServerAddresses> WaitUntilServing(
      std::chrono::seconds limit = std::chrono::seconds(240));

  pid_t pid() const { return pid_; }
  void Signal(int number) const;
  void Stop();  // SIGSTOP; returns when it stands still.
  // The most memory that it ever held, as the kernel tells it. While it runs.
  std::size_t PeakBytes() const;
  // Of all processors, of all its threads since its start. While it runs.
  std::chrono::nanoseconds ProcessorTime() const;
  // Exit code; minus the signal that ended it; nothing if it still runs at the limit.
  std::optional<int> Wait(std::chrono::seconds limit = std::chrono::seconds(240));

 private:
  std::filesystem::path data_;
  pid_t pid_ = -1;
  std::optional<int> ended_;
};

std::string ReadText(const std::filesystem::path& file);

// A channel of its own connection, as the holder of the bundle in `folder`.
std::shared_ptr<grpc::Channel> Connect(const std::string& address,
                                       const std::filesystem::path& folder);
std::shared_ptr<grpc::Channel> ConnectInPlainText(const std::string& address);

// The bundle of a role that the first start made.
std::filesystem::path ClientFolder(const std::filesystem::path& data, const std::string& role);

// What grpc.health.v1 says of a service: 1 serving, 2 not serving; nothing if there is no answer.
std::optional<int> Probe(const std::string& address, const std::string& service);

}  // namespace twinledger::support
