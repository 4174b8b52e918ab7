// What the operator's log says of calls that ended: each with its trace id, so that it can be found
// by what the client printed, and by the commit that it made.
//
//   ended well              debug
//   refused                 info, with the reason alone: the text may name what was asked for
//   failed by the server    error, with all that is known
//
// Who is refused all the time must not fill a disk: of refusals some lines a second are written,
// and the others counted.
#pragma once

#include <prometheus/collectable.h>

#include <atomic>
#include <cstdint>
#include <vector>

#include "platform/rpc/gate.h"
#include "platform/rpc/rate_limiter.h"
#include "platform/telemetry/logger.h"

namespace twinledger::server {

// Threads: thread-safe.
class CallLines final : public prometheus::Collectable {
 public:
  // Both outlive it.
  CallLines(telemetry::Logger& logger, const Clock& clock);

  void Tell(const rpc::CallEnd& end);

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  telemetry::Logger& logger_;
  rpc::RateLimiter budget_;
  std::atomic<std::uint64_t> left_out_ = 0;
};

}  // namespace twinledger::server
