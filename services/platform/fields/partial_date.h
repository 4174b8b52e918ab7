// Dates of which only the year, or year and month, may be known, whichever message says them: one
// with year(), month() and day(). 0 stands for what is not known.
#pragma once

#include <string>

#include "platform/base/clock.h"

namespace twinledger::fields {

struct PartialDate {
  int year = 0;
  int month = 0;
  int day = 0;

  friend bool operator==(const PartialDate&, const PartialDate&) = default;
};

template <class Message>
PartialDate PartsOf(const Message& date) {
  return {date.year(), date.month(), date.day()};
}

template <class Message>
Message DateMessage(const PartialDate& parts) {
  Message date;
  date.set_year(parts.year);
  date.set_month(parts.month);
  date.set_day(parts.day);
  return date;
}

// A year, a month of a year or a day of the calendar; nothing at all is well formed too.
bool IsWellFormed(const PartialDate& date);
bool IsKnown(const PartialDate& date);  // At least its year.

// Whether `later` is certainly before `earlier`: as far as both are known, so 2024 and 2024-05 are
// in either order. Unknown dates are in any.
bool IsBefore(const PartialDate& later, const PartialDate& earlier);

// The latest day that it is anywhere at `time`: a date behind it lies in the future everywhere.
PartialDate LatestDay(WallTime time);

// "2024", "2024-05" or "2024-05-01"; empty if not known.
std::string ToText(const PartialDate& date);

}  // namespace twinledger::fields
