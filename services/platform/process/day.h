// Days as processes count them: whole ones at UTC+12, all year round, since 1970-01-01.
#pragma once

#include <chrono>
#include <cstdint>

#include "platform/base/clock.h"

namespace twinledger::process {

using Day = std::int32_t;

inline constexpr std::chrono::hours kDayOffset{12};

constexpr Day DayOf(WallTime time) {
  return static_cast<Day>(
      std::chrono::floor<std::chrono::days>(time + kDayOffset).time_since_epoch().count());
}

// Its last microsecond.
constexpr WallTime EndOf(Day day) {
  return WallTime(std::chrono::days(day) + std::chrono::days(1) - kDayOffset) -
         std::chrono::microseconds(1);
}

}  // namespace twinledger::process
