#include "platform/fields/partial_date.h"

#include <fmt/format.h>

#include <chrono>

namespace twinledger::fields {
namespace {

constexpr std::chrono::hours kEasternmostOffset{14};  // Kiritimati, UTC+14.

}  // namespace

bool IsWellFormed(const PartialDate& date) {
  if (date.year == 0) return date.month == 0 && date.day == 0;
  if (date.year < 1 || date.year > 9999) return false;
  if (date.month == 0) return date.day == 0;
  if (date.month < 1 || date.month > 12) return false;
  if (date.day == 0) return true;
  if (date.day < 1 || date.day > 31) return false;
  return std::chrono::year_month_day(std::chrono::year(date.year),
                                     std::chrono::month(static_cast<unsigned>(date.month)),
                                     std::chrono::day(static_cast<unsigned>(date.day)))
      .ok();
}

bool IsKnown(const PartialDate& date) { return date.year != 0; }

bool IsBefore(const PartialDate& later, const PartialDate& earlier) {
  if (!IsKnown(later) || !IsKnown(earlier)) return false;
  if (later.year != earlier.year) return later.year < earlier.year;
  if (later.month == 0 || earlier.month == 0) return false;
  if (later.month != earlier.month) return later.month < earlier.month;
  if (later.day == 0 || earlier.day == 0) return false;
  return later.day < earlier.day;
}

PartialDate LatestDay(WallTime time) {
  const std::chrono::year_month_day day(
      std::chrono::floor<std::chrono::days>(time + kEasternmostOffset));
  return {static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month())),
          static_cast<int>(static_cast<unsigned>(day.day()))};
}

std::string ToText(const PartialDate& date) {
  if (!IsKnown(date)) return {};
  if (date.month == 0) return fmt::format("{:04}", date.year);
  if (date.day == 0) return fmt::format("{:04}-{:02}", date.year, date.month);
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

}  // namespace twinledger::fields
