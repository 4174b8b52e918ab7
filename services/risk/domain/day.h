// Days as scoring counts them, and how they are written. Ages and windows are differences of days.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/day.h"

namespace twinledger::risk {

using twinledger::Day;
using twinledger::DayOf;

// What can be written with four digits.
inline constexpr Day kDayMin = -719'162;   // 0001-01-01
inline constexpr Day kDayMax = 2'932'896;  // 9999-12-31

// "2026-06-30", also with an offset behind it ("+13:00", "Z"), which has no meaning: a date is the
// date as written. Nothing unless the calendar has it, between kDayMin and kDayMax.
std::optional<Day> ParseDay(std::string_view text);
std::string ToText(Day day);

// Whether there are at most so many days d with from < d <= to that are neither Saturday, Sunday
// nor in `holidays`.
bool WithinWorkingDays(Day from, Day to, int most, const std::vector<Day>& holidays);

}  // namespace twinledger::risk
