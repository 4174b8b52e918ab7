#include "platform/base/clock.h"

#include <time.h>

#include "platform/base/check.h"

namespace twinledger {

WallTime SystemClock::Now() const {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

// Goes on while the machine sleeps, as wall time does and steady_clock does not: a laptop that
// wakes up must not look like one whose clock was set.
MonotonicTime SystemClock::Monotonic() const {
  timespec now{};
  TL_CHECK(clock_gettime(CLOCK_BOOTTIME, &now) == 0);
  return MonotonicTime(std::chrono::seconds(now.tv_sec) +
                       std::chrono::microseconds(now.tv_nsec / 1000));
}

}  // namespace twinledger
