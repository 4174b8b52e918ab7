// How much an account may ask for: a bucket of units each, filled at a steady rate. What a call
// takes of it: call_cost.h.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "platform/base/clock.h"
#include "platform/base/result.h"

namespace twinledger::rpc {

// An import of a whole council's history is some thousand calls of a unit, one after another or a
// few at once: the defaults let it pass and stop a client that runs away.
struct RateLimits {
  double units_per_second = 2000;
  double burst_units = 4000;
};

// Threads: thread-safe.
class RateLimiter {
 public:
  // `clock` must outlive it.
  RateLimiter(RateLimits limits, const Clock& clock);

  // RESOURCE_EXHAUSTED, reason RATE_LIMITED, with the time until there is enough. What costs more
  // than a bucket holds passes when it is full.
  Result<void> Take(std::string_view account, double units = 1);

 private:
  struct Bucket {
    double units = 0;
    MonotonicTime filled{};
  };

  void ForgetFullOnes(MonotonicTime now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const RateLimits limits_;
  const Clock& clock_;
  absl::Mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace twinledger::rpc
