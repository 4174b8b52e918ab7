#include "risk/inputs/frequency.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>

namespace twinledger::risk {
namespace {

using DaysCounted = std::map<Day, std::int64_t>;

DaysCounted CountByDay(const std::vector<CountedBenefit>& benefits) {
  DaysCounted days;
  for (const CountedBenefit& benefit : benefits) ++days[benefit.day];
  return days;
}

// Of one day no more than fill a window by themselves: thousands of them change nothing.
std::vector<DatedEvent> DatesOf(const v1::WindowedCount& shape, const DaysCounted& days) {
  std::vector<DatedEvent> dates;
  for (const auto& [day, count] : days) {
    dates.insert(dates.end(),
                 static_cast<std::size_t>(std::min<std::int64_t>(count, shape.at_least())),
                 DatedEvent{.day = day});
  }
  return dates;
}

// Ends of windows that hold a day on which something was recorded late.
std::set<Day> LateEnds(const v1::WindowedCount& shape, const std::vector<CountedBenefit>& benefits,
                       const DaysCounted& days, Day as_of, Day allowed) {
  std::set<Day> late;
  for (const CountedBenefit& benefit : benefits) {
    if (benefit.recorded - benefit.day > allowed) late.insert(benefit.day);
  }
  std::set<Day> ends;
  for (const auto& [first, count] : days) {
    const Day end = std::min(as_of, first + shape.window_days() - 1);
    const auto within = late.lower_bound(first);
    if (within != late.end() && *within <= end) ends.insert(end);
  }
  return ends;
}

// REQUIRES: the window that ends on that day is full.
FullWindow WindowAt(const v1::WindowedCount& shape, const std::vector<CountedBenefit>& benefits,
                    Day end) {
  std::vector<Day> recorded;
  for (const CountedBenefit& benefit : benefits) {
    if (benefit.day <= end && benefit.day > end - shape.window_days()) {
      recorded.push_back(benefit.recorded);
    }
  }
  std::ranges::sort(recorded);
  return {.end = end, .recorded = recorded[static_cast<std::size_t>(shape.at_least()) - 1]};
}

Day DecaysFrom(const FullWindow& window, Day allowed) {
  return window.recorded - window.end > allowed ? window.recorded : window.end;
}

}  // namespace

std::optional<FullWindow> HeaviestWindow(const v1::WindowedCount& shape,
                                         const std::vector<CountedBenefit>& benefits, Day as_of,
                                         Day allowed) {
  const DaysCounted days = CountByDay(benefits);
  const std::vector<DatedEvent> dates = DatesOf(shape, days);
  const std::optional<Day> last = LastFullWindow(shape, dates, as_of);
  if (!last) return std::nullopt;
  FullWindow heaviest = WindowAt(shape, benefits, *last);
  // Of the others, only what was recorded late can weigh more.
  for (const Day end : LateEnds(shape, benefits, days, as_of, allowed)) {
    if (LastFullWindow(shape, dates, end) != end) continue;
    const FullWindow window = WindowAt(shape, benefits, end);
    if (DecaysFrom(window, allowed) > DecaysFrom(heaviest, allowed)) heaviest = window;
  }
  return heaviest;
}

}  // namespace twinledger::risk
