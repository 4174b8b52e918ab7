// How many calls an account may make: a bucket of tokens each, filled at a steady rate.
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

// An import of a whole council's history is some thousand calls, one after another or a few at
// once: the defaults let it pass and stop a client that runs away.
struct RateLimits {
  double units_per_second = 2000;
  double burst_units = 4000;
};

// Threads: thread-safe.
class RateLimiter {
 public:
  // `clock` must outlive it.
  RateLimiter(RateLimits limits, const Clock& clock);

  // RESOURCE_EXHAUSTED, reason RATE_LIMITED, with the time until the next token.
  Result<void> Take(std::string_view account);

 private:
  struct Bucket {
    double tokens = 0;
    MonotonicTime filled{};
  };

  void ForgetFullOnes(MonotonicTime now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const RateLimits limits_;
  const Clock& clock_;
  absl::Mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace twinledger::rpc
