#include "risk/inputs/frequency.h"

#include <algorithm>
#include <set>

namespace twinledger::risk {
namespace {

std::vector<DatedEvent> DatesOf(const std::vector<CountedBenefit>& benefits) {
  std::vector<DatedEvent> dates;
  dates.reserve(benefits.size());
  for (const CountedBenefit& benefit : benefits) dates.push_back({.day = benefit.day});
  return dates;
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
  const std::vector<DatedEvent> dates = DatesOf(benefits);
  const std::optional<Day> last = LastFullWindow(shape, dates, as_of);
  if (!last) return std::nullopt;
  FullWindow heaviest = WindowAt(shape, benefits, *last);
  std::set<Day> others;  // Of those, only what was recorded late can weigh more.
  for (const CountedBenefit& benefit : benefits) {
    if (benefit.recorded - benefit.day <= allowed) continue;
    for (const CountedBenefit& first : benefits) {
      const Day end = std::min(as_of, first.day + shape.window_days() - 1);
      if (first.day <= benefit.day && benefit.day <= end) others.insert(end);
    }
  }
  for (const Day end : others) {
    if (LastFullWindow(shape, dates, end) != end) continue;
    const FullWindow window = WindowAt(shape, benefits, end);
    if (DecaysFrom(window, allowed) > DecaysFrom(heaviest, allowed)) heaviest = window;
  }
  return heaviest;
}

}  // namespace twinledger::risk
