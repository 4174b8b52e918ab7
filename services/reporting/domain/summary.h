// An event of a relationship in words, for people who read many of them.
//
//   gift offered: ART, to mayor, NZD 800.00, SURRENDERED
//   R 24.157, GUARDED (was BASELINE); A 88.000
#pragma once

#include <cstdint>
#include <string>

#include "twinledger/reporting/state/v1/rows.pb.h"

namespace twinledger::reporting {

// Made of enums, amounts, offices and dates: no text that somebody wrote is in it.
std::string SummaryOf(const state::v1::TimelineRow& entry);

// "24.157": thousandths of a point.
std::string PointsText(std::int64_t thousandths);

}  // namespace twinledger::reporting
