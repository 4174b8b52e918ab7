// Clients of a server that comes and goes: each writes councils one after another, repeats what was
// not answered with the same request id until it is, and keeps a history of its own.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>
#include <grpcpp/channel.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "platform/crypto/system_random.h"
#include "tests/support/history.h"
#include "twinledger/registry/v1/registry_service.grpc.pb.h"

namespace twinledger {

// How many requests of all clients were acknowledged. Threads: thread-safe.
class Acknowledgements {
 public:
  void Add();
  int count() const;
  // True if there is one more than now within `wait`.
  bool WaitForOne(std::chrono::seconds wait) const;

 private:
  mutable absl::Mutex mutex_;
  int count_ ABSL_GUARDED_BY(mutex_) = 0;
};

// What a client does with an acknowledged council.
enum class AfterWrite {
  kNothing,
  kReadBack,  // Reads it by its token, and expects it as it was written.
};

// Threads: a thread of its own, the flags from any.
class CouncilClient {
 public:
  // Its history is in `folder`, under its number. `acknowledgements` outlives it.
  CouncilClient(int number, const std::filesystem::path& folder,
                std::shared_ptr<grpc::Channel> channel, Acknowledgements& acknowledgements,
                AfterWrite after = AfterWrite::kNothing);
  ~CouncilClient();

  void Finish() { finishing_ = true; }              // Settles its last request and ends.
  void GiveUp() { finishing_ = given_up_ = true; }  // Ends, settled or not.
  void Join() { thread_.join(); }
  int unknown() const { return unknown_; }
  int read_back() const { return read_back_; }
  std::string last_error() const;
  // How many answers had each reason.
  std::map<std::string, int> reasons() const;

 private:
  void Run();
  grpc::Status Get(const registry::v1::GetCouncilRequest& request,
                   registry::v1::GetCouncilResponse& response);
  void ReadBack(const registry::v1::CreateCouncilRequest& request, const std::string& token);
  bool Settle(const registry::v1::CreateCouncilRequest& request);

  const int number_;
  const AfterWrite after_;
  Acknowledgements& acknowledgements_;
  support::HistoryFile history_;
  std::unique_ptr<registry::v1::RegistryService::Stub> stub_;
  crypto::SystemRandom random_;
  std::atomic<bool> finishing_ = false;
  std::atomic<bool> given_up_ = false;
  std::atomic<int> unknown_ = 0;
  std::atomic<int> read_back_ = 0;
  mutable absl::Mutex mutex_;
  std::string last_error_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, int> reasons_ ABSL_GUARDED_BY(mutex_);
  std::jthread thread_;
};

// What the oracle finds of the clients' histories and the log of a data directory that nobody
// serves, which is read from its first byte.
std::vector<std::string> ViolationsOf(const std::filesystem::path& data,
                                      const std::filesystem::path& history);

}  // namespace twinledger
