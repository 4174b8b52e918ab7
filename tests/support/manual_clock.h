// A clock that stands still until a test moves it.
#pragma once

#include <chrono>
#include <mutex>

#include "platform/base/clock.h"

namespace twinledger::support {

// Threads: thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(WallTime now) : now_(now) {}

  WallTime Now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  MonotonicTime Monotonic() const override {
    const std::lock_guard lock(mutex_);
    return monotonic_;
  }

  void Advance(std::chrono::microseconds by) {
    const std::lock_guard lock(mutex_);
    now_ += by;
    monotonic_ += by;
  }
  // As an operator, or a bad time server, sets it.
  void SetWall(WallTime now) {
    const std::lock_guard lock(mutex_);
    now_ = now;
  }

 private:
  mutable std::mutex mutex_;
  WallTime now_;
  MonotonicTime monotonic_{};
};

}  // namespace twinledger::support
