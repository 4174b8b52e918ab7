#include "risk/inputs/frequency.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <set>
#include <utility>

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

// Windows one behind the other: each benefit enters once and leaves once, however many there are.
// Threads: confined to one.
class SlidingWindow {
 public:
  SlidingWindow(const v1::WindowedCount& shape, std::vector<CountedBenefit> benefits)
      : shape_(shape),
        benefits_(std::move(benefits)),
        dates_(DatesOf(shape, CountByDay(benefits_))) {
    std::ranges::sort(benefits_, {}, &CountedBenefit::day);
  }

  // Nothing where the one that ends on that day is not full. REQUIRES: no end before the last one.
  std::optional<FullWindow> At(Day end) {
    const Day first = end - shape_.window_days() + 1;
    for (; entered_ < benefits_.size() && benefits_[entered_].day <= end; ++entered_) {
      recorded_.insert(benefits_[entered_].recorded);
    }
    for (; left_ < entered_ && benefits_[left_].day < first; ++left_) {
      recorded_.erase(recorded_.find(benefits_[left_].recorded));
    }
    const auto begin = std::ranges::lower_bound(dates_, first, {}, &DatedEvent::day);
    const auto behind = std::ranges::upper_bound(begin, dates_.end(), end, {}, &DatedEvent::day);
    if (!Fills(shape_, {begin, behind})) return std::nullopt;
    return FullWindow{.end = end, .recorded = *std::next(recorded_.begin(), shape_.at_least() - 1)};
  }

 private:
  const v1::WindowedCount& shape_;
  std::vector<CountedBenefit> benefits_;  // By day.
  const std::vector<DatedEvent> dates_;   // Likewise.
  std::multiset<Day> recorded_;           // Of the benefits that entered and have not left.
  std::size_t entered_ = 0;
  std::size_t left_ = 0;
};

Day DecaysFrom(const FullWindow& window, Day allowed) {
  return window.recorded - window.end > allowed ? window.recorded : window.end;
}

}  // namespace

std::optional<FullWindow> HeaviestWindow(const v1::WindowedCount& shape,
                                         const std::vector<CountedBenefit>& benefits, Day as_of,
                                         Day allowed) {
  const DaysCounted days = CountByDay(benefits);
  const std::optional<Day> last = LastFullWindow(shape, DatesOf(shape, days), as_of);
  if (!last) return std::nullopt;
  std::optional<FullWindow> heaviest = SlidingWindow(shape, benefits).At(*last);
  // Of the others, only what was recorded late can weigh more.
  SlidingWindow others(shape, benefits);
  for (const Day end : LateEnds(shape, benefits, days, as_of, allowed)) {
    const std::optional<FullWindow> window = others.At(end);
    if (window && DecaysFrom(*window, allowed) > DecaysFrom(*heaviest, allowed)) heaviest = window;
  }
  return heaviest;
}

}  // namespace twinledger::risk
