// One of gRPC's threads, kept from polling.
//
// Calls of the callback API come from at least two threads that poll together. Where there are
// fewer than four processors the two wake each other for every event, which is a tenth of what a
// command costs (docs/performance.md), and gRPC has no setting for it. So one of them is held in
// the callback of a call that fails at once, until this is gone. What runs long belongs on neither.
#pragma once

#include <memory>

namespace twinledger::rpc {

class SparePoller {
 public:
  // Holds one, of a machine of so many processors that gRPC has two.
  explicit SparePoller(unsigned processors);
  ~SparePoller();  // It polls again. REQUIRES: gRPC's threads have not been ended.
  SparePoller(const SparePoller&) = delete;
  SparePoller& operator=(const SparePoller&) = delete;

 private:
  struct Call;

  std::unique_ptr<Call> call_;  // Null: none is held.
};

}  // namespace twinledger::rpc
