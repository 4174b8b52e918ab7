// Days as receipts, reports and processes count them: whole ones at UTC+12, all year round. One
// place: where they differed, a receipt and a report would at midnight.
#pragma once

#include <chrono>
#include <cstdint>

#include "platform/base/clock.h"

namespace twinledger {

using Day = std::int32_t;  // Since 1970-01-01, which is 0.

inline constexpr std::chrono::hours kDayOffset{12};

// Of an instant: floor((unix seconds + 43200) / 86400).
constexpr Day DayOf(WallTime time) {
  return static_cast<Day>(
      std::chrono::floor<std::chrono::days>(time + kDayOffset).time_since_epoch().count());
}

// Its last microsecond.
constexpr WallTime EndOf(Day day) {
  return WallTime(std::chrono::days(day) + std::chrono::days(1) - kDayOffset) -
         std::chrono::microseconds(1);
}

}  // namespace twinledger
