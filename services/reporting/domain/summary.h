// An event of a relationship in words, for people who read many of them.
//
//   gift offered: ART, to mayor, NZD 800.00, SURRENDERED
//   moved here: gift offered: ART, to mayor, NZD 800.00, SURRENDERED
//   R 24.157, GUARDED (was BASELINE); A 88.000
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "twinledger/reporting/state/v1/rows.pb.h"

namespace twinledger::reporting {

// Whether the entry tells the relationship whose timeline it is in that a record came to it from
// another, or from none, or left it.
enum class Move { kNone, kHere, kAway };
Move MoveOf(const state::v1::TimelineRow& entry, std::string_view relationship_id);

// Made of enums, amounts, offices and dates: no text that somebody wrote is in it.
std::string SummaryOf(const state::v1::TimelineRow& entry, Move move = Move::kNone);

// "24.157": thousandths of a point.
std::string PointsText(std::int64_t thousandths);

}  // namespace twinledger::reporting
