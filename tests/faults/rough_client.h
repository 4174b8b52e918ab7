// A client that treats its calls badly: deadlines of a few milliseconds, calls taken back while
// they run, each sent several times at once. Then it asks, as anybody should, until it has the
// answer, and twice, for the first outcome must be the one.
#pragma once

#include <grpcpp/channel.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "platform/crypto/system_random.h"
#include "tests/support/history.h"
#include "twinledger/registry/v1/registry_service.grpc.pb.h"

namespace twinledger {

// What came of the calls that were treated so.
struct RoughCounts {
  int answered = 0;
  int late = 0;       // Past their deadline.
  int cancelled = 0;  // By the client.
  int cut = 0;        // By the connection, or told to repeat.
  int told_no = 0;    // Under another id, what had been done: the control alone.

  void Add(const RoughCounts& other);
};

struct Roughness {
  bool early_deadlines = false;  // 1 to 50 ms, of every second call.
  bool cancels = false;          // After 0 to 20 ms, of every fourth.
  int at_once_max = 1;           // Calls of the same request, 1 to so many.
  // The control: what nobody should do. Each call has an id of its own.
  bool new_ids = false;
};

// Threads: a thread of its own, the flags from any.
class RoughClient {
 public:
  // Its history is in `folder`, under its number. Several channels are connections of their own.
  RoughClient(int number, const std::filesystem::path& folder,
              std::vector<std::shared_ptr<grpc::Channel>> channels, Roughness how, unsigned seed);
  ~RoughClient() { finishing_ = true; }

  void Finish() { finishing_ = true; }  // Settles its last request and ends.
  // After Finish.
  RoughCounts Join();
  const std::vector<registry::v1::CreateCouncilRequest>& settled() const { return settled_; }

 private:
  struct Attempt;

  void Run();
  void TreatBadly(registry::v1::CreateCouncilRequest request);
  void Count(const Attempt& attempt);
  void Settle(const registry::v1::CreateCouncilRequest& request);
  bool Ask(const registry::v1::CreateCouncilRequest& request);
  int Draw(int least, int most);

  const int number_;
  const Roughness how_;
  support::HistoryFile history_;
  std::vector<std::unique_ptr<registry::v1::RegistryService::Stub>> stubs_;
  crypto::SystemRandom ids_;
  std::mt19937 random_;
  std::atomic<bool> finishing_ = false;
  RoughCounts counts_;                                       // Of its thread.
  std::vector<registry::v1::CreateCouncilRequest> settled_;  // Likewise.
  std::jthread thread_;
};

// Once more what was answered before, perhaps of another server on the same data; as fast as the
// account's rate lets it. Anything but the first outcome is a failure; into the history under
// `number`.
void RepeatAll(const std::vector<registry::v1::CreateCouncilRequest>& requests, int number,
               const std::filesystem::path& folder, const std::shared_ptr<grpc::Channel>& channel);

}  // namespace twinledger
