#include "platform/rpc/rate_limiter.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace twinledger::rpc {
namespace {

// Accounts are registered, so there are not many; a full bucket may be forgotten at any time.
constexpr std::size_t kBucketsMax = 10'000;

}  // namespace

RateLimiter::RateLimiter(RateLimits limits, const Clock& clock) : limits_(limits), clock_(clock) {}

Result<void> RateLimiter::Take(std::string_view account, double units) {
  const MonotonicTime now = clock_.Monotonic();
  const absl::MutexLock lock(&mutex_);
  if (buckets_.size() >= kBucketsMax) ForgetFullOnes(now);
  Bucket& bucket =
      buckets_.try_emplace(std::string(account), Bucket{limits_.burst_units, now}).first->second;
  const double seconds = std::chrono::duration<double>(now - bucket.filled).count();
  bucket.units = std::min(limits_.burst_units,
                          bucket.units + std::max(0.0, seconds) * limits_.units_per_second);
  bucket.filled = now;
  const double enough = std::min(units, limits_.burst_units);
  if (bucket.units >= enough) {
    bucket.units -= enough;
    return {};
  }
  const double wait_ms = std::ceil((enough - bucket.units) / limits_.units_per_second * 1000);
  return Error{.code = Code::kResourceExhausted,
               .message = "this account makes too many calls: wait as RetryInfo says, then go on",
               .reason = "RATE_LIMITED",
               .retry_after = std::chrono::milliseconds(static_cast<std::int64_t>(wait_ms))};
}

void RateLimiter::ForgetFullOnes(MonotonicTime now) {
  std::erase_if(buckets_, [&](const auto& entry) {
    const double seconds = std::chrono::duration<double>(now - entry.second.filled).count();
    return entry.second.units + seconds * limits_.units_per_second >= limits_.burst_units;
  });
}

}  // namespace twinledger::rpc
