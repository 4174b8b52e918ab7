// Whether the clock may be believed: a wrong one would put wrong times into the log for ever.
//
// Order never depends on it. It is refused when wall and monotonic time have drifted apart since
// the start, or when it is far behind what the log already says.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "platform/base/clock.h"

namespace twinledger::writer {

class ClockCheck {
 public:
  // More than time synchronisation ever corrects at once, less than a person overlooks.
  static constexpr std::chrono::seconds kTolerance{60};

  ClockCheck(WallTime wall, MonotonicTime monotonic) : wall_(wall), monotonic_(monotonic) {}

  // Why the clock is not to be believed. `tip` is the record time of the last accepted commit.
  std::optional<std::string> Wrong(WallTime wall, MonotonicTime monotonic, WallTime tip) const;

 private:
  WallTime wall_;  // Both as the writer started.
  MonotonicTime monotonic_;
};

}  // namespace twinledger::writer
