#include "risk/inputs/period.h"

#include <chrono>

#include "platform/fields/partial_date.h"

namespace twinledger::risk {
namespace {

Day DayNumber(const std::chrono::year_month_day& date) {
  return static_cast<Day>(std::chrono::sys_days(date).time_since_epoch().count());
}

}  // namespace

std::optional<Period> PeriodOf(const registry::events::v1::PartialDate& date) {
  using std::chrono::last;
  const fields::PartialDate parts = fields::PartsOf(date);
  if (!fields::IsKnown(parts) || !fields::IsWellFormed(parts)) return std::nullopt;
  const std::chrono::year year(parts.year);
  if (parts.month == 0) {
    return Period{DayNumber(year / std::chrono::January / 1),
                  DayNumber(year / std::chrono::December / 31)};
  }
  const std::chrono::month month(static_cast<unsigned>(parts.month));
  if (parts.day == 0) return Period{DayNumber(year / month / 1), DayNumber(year / month / last)};
  const Day day = DayNumber(year / month / parts.day);
  return Period{day, day};
}

}  // namespace twinledger::risk
