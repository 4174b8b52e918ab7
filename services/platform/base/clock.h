// Where time comes from. Domains never ask: they get a time in the context of a command.
#pragma once

#include <chrono>
#include <cstdint>

namespace twinledger {

// Microseconds since 1970-01-01T00:00:00Z, leap seconds ignored: how the log keeps time.
using WallTime = std::chrono::sys_time<std::chrono::microseconds>;
using MonotonicTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::microseconds>;

// Threads: thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime Now() const = 0;
  virtual MonotonicTime Monotonic() const = 0;
};

class SystemClock final : public Clock {
 public:
  WallTime Now() const override;
  MonotonicTime Monotonic() const override;
};

}  // namespace twinledger
