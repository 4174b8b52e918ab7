// Times as people and programs write them.
//
//   table      2026-11-26 08:15 NZDT      New Zealand time, or 2026-11-25 19:15 UTC
//   JSON, CSV  2026-11-25T19:15:02.123456Z
//   input      RFC 3339; what a table shows; "2026-11-26 08:15[:02]" in the zone of the tables,
//   also
//              with T for the blank; "2026-11-26" for one edge of that day there
#pragma once

#include <string>
#include <string_view>

#include "platform/base/clock.h"
#include "platform/base/result.h"

namespace twinledger::client {

enum class Zone { kNewZealand, kUtc };

std::string TimeForPeople(WallTime time, Zone zone);

std::string TimeForPrograms(WallTime time);

// What a day stands for: "as of" and "to" a day include it, and so does "from".
enum class DayEdge { kFirst, kLast };

// INVALID_ARGUMENT, reason TIME_MALFORMED, naming the text and the three forms.
Result<WallTime> ParseTime(std::string_view text, Zone zone, DayEdge edge = DayEdge::kLast);

}  // namespace twinledger::client
