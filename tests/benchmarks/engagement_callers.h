// Officers of 16 councils who submit gifts, each by a connection of its own.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/benchmarks/served_system.h"
#include "twinledger/engagement/v1/engagement_service.grpc.pb.h"

namespace twinledger::testing {

// Threads: thread-safe.
class EngagementCallers {
 public:
  // Makes the councils, and waits until engagements know them.
  explicit EngagementCallers(ServedSystem& system);

  // A gift with texts, which are sealed. `number` chooses council and account.
  void Submit(int number, const std::function<void()>& done);
  void SubmitAndWait(int number);
  // Such gifts as rows of one stream, sent as fast as it takes them; until all are answered.
  // `number` chooses council and account.
  void Import(int number, int rows);

  int repeats() const { return repeats_; }

 private:
  std::vector<std::string> councils_;
  std::vector<std::unique_ptr<engagement::v1::EngagementService::Stub>> stubs_;
  std::atomic<int> repeats_ = 0;
};

}  // namespace twinledger::testing
