// Dates of which only the year, or year and month, may be known. 0 stands for what is not known.
#pragma once

#include <optional>
#include <string>

#include "platform/base/clock.h"
#include "twinledger/registry/events/v1/facts.pb.h"

namespace twinledger::registry {

using events::v1::PartialDate;

// A year, a month of a year or a day of the calendar; nothing at all is well formed too.
bool IsWellFormed(const PartialDate& date);
bool IsKnown(const PartialDate& date);  // At least its year.

bool IsSame(const PartialDate& a, const PartialDate& b);

// Whether `later` is certainly before `earlier`: as far as both are known, so 2024 and 2024-05 are
// in either order. Unknown dates are in any.
bool IsBefore(const PartialDate& later, const PartialDate& earlier);

// The latest day that it is anywhere at `time`: a date behind it lies in the future everywhere.
PartialDate LatestDay(WallTime time);

// "2024", "2024-05" or "2024-05-01"; empty if not known.
std::string ToText(const PartialDate& date);

}  // namespace twinledger::registry
