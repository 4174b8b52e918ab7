// A server in a process of its own, and 16 accounts that call it over mTLS, each by a connection
// of its own: an account may make 2,000 calls a second.
#pragma once

#include <grpcpp/channel.h>
#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/identity/principal.h"
#include "tests/support/server_process.h"
#include "twinledger/registry/v1/registry_service.grpc.pb.h"

namespace twinledger::testing {

// A bundle in `folder`, of the authority in `data`.
void IssueBundle(const std::filesystem::path& data, const identity::Principal& to,
                 const std::filesystem::path& folder);

// Threads: thread-safe.
class Callers {
 public:
  // Accounts of the authority in `data`.
  Callers(const std::filesystem::path& data, const std::string& address);

  // Creates a council of its own for each `name`. Until an outcome is told, as clients do; anything
  // but an outcome that a repetition could bring aborts. `number` chooses the account.
  void Create(const std::string& name, int number, const std::function<void()>& done);
  void CreateAndWait(const std::string& name, int number);

  int repeats() const { return repeats_; }

 private:
  std::vector<std::unique_ptr<registry::v1::RegistryService::Stub>> stubs_;
  std::atomic<int> repeats_ = 0;
};

// twinledgerd on a data directory of its own: on the embedded log or, with an address, on Kafka.
class ServedSystem {
 public:
  explicit ServedSystem(const std::optional<std::string>& kafka = std::nullopt);

  Callers& callers() { return *callers_; }
  std::filesystem::path data() const { return folder_.path() / "data"; }
  const std::string& address() const { return at_.services; }
  pid_t pid() const { return process_->pid(); }
  std::uint64_t RecordsInLog() const;  // Of the stream of the registry.
  std::chrono::nanoseconds ProcessorTime() const { return process_->ProcessorTime(); }

 private:
  support::TemporaryFolder folder_;
  std::unique_ptr<support::ServerProcess> process_;
  support::ServerAddresses at_;
  std::unique_ptr<Callers> callers_;
};

// echo_server, with the certificates of a data directory.
class EchoSystem {
 public:
  explicit EchoSystem(const std::filesystem::path& data);
  ~EchoSystem();
  EchoSystem(const EchoSystem&) = delete;
  EchoSystem& operator=(const EchoSystem&) = delete;

  Callers& callers() { return *callers_; }

 private:
  pid_t pid_ = -1;
  std::unique_ptr<Callers> callers_;
};

}  // namespace twinledger::testing
