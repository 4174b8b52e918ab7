#include "risk/domain/shapes.h"

#include <algorithm>
#include <limits>

#include "risk/domain/bounds.h"

namespace twinledger::risk {
namespace {

constexpr std::string_view kUnknown = "UNKNOWN";

Judged Hit(std::string_view code) { return {.outcome = v1::OUTCOME_HIT, .case_code = code}; }
Judged Otherwise(const v1::Indicator& indicator) { return {.outcome = indicator.otherwise()}; }
Judged Unknown(const v1::Indicator& indicator) { return {.outcome = indicator.when_unknown()}; }

// `number` is compared with bounds that are each `unit` long.
const v1::Step* HighestReached(const google::protobuf::RepeatedPtrField<v1::Step>& steps,
                               std::int64_t number, std::int64_t unit) {
  const v1::Step* reached = nullptr;
  for (const v1::Step& step : steps) {
    const std::int64_t bound = step.bound() * unit;
    if (number > bound || (step.inclusive() && number == bound)) reached = &step;
  }
  return reached;
}

Judged Reached(const v1::Indicator& indicator, const v1::Step* step) {
  return step == nullptr ? Otherwise(indicator) : Hit(step->case_());
}

}  // namespace

std::optional<bool> Fulfils(const google::protobuf::RepeatedPtrField<v1::FieldCondition>& all_of,
                            const Choices& choices) {
  bool known = true;
  for (const v1::FieldCondition& condition : all_of) {
    const auto choice = choices.find(condition.input());
    if (choice == choices.end() || choice->second == kUnknown) {
      known = false;
    } else if (std::ranges::find(condition.values(), choice->second) == condition.values().end()) {
      return false;
    }
  }
  return known ? std::optional(true) : std::nullopt;
}

Judged JudgeFieldCases(const v1::Indicator& indicator, const Choices& choices) {
  bool possible = false;
  for (const v1::FieldCase& row : indicator.field_cases().rows()) {
    const std::optional<bool> holds = Fulfils(row.all_of(), choices);
    if (!holds) {
      possible = true;
    } else if (*holds) {
      return Hit(row.case_());
    }
  }
  return possible ? Unknown(indicator) : Otherwise(indicator);
}

Judged JudgeThreshold(const v1::Indicator& indicator, std::optional<std::int64_t> number,
                      std::optional<std::int64_t> whole) {
  const v1::Threshold& shape = indicator.threshold();
  if (!number) return Unknown(indicator);
  if (shape.share_of().empty()) {
    return Reached(indicator, HighestReached(shape.steps(), *number, 1));
  }
  if (!whole) return Unknown(indicator);
  return Reached(indicator, HighestReached(shape.steps(), *number * kOnePermille, *whole));
}

bool Fills(const v1::WindowedCount& shape, std::span<const DatedEvent> window) {
  std::int64_t count = 0;
  bool marked = shape.one_with().empty();
  Day before = std::numeric_limits<Day>::min();
  for (const DatedEvent& event : window) {
    if (!shape.distinct_days() || event.day != before) ++count;
    before = event.day;
    marked = marked || event.marked;
  }
  return count >= shape.at_least() && marked;
}

std::optional<Day> LastFullWindow(const v1::WindowedCount& shape, std::span<const DatedEvent> group,
                                  Day as_of) {
  std::vector<DatedEvent> events;
  for (const DatedEvent& event : group) {
    if (event.day <= as_of) events.push_back(event);
  }
  std::ranges::sort(events, {}, &DatedEvent::day);
  // A window is fullest when it begins on the day of its first event, and no later day adds to it
  // than its last: so it is enough to look at windows by the event that they begin with.
  std::optional<Day> last;
  for (std::size_t first = 0; first < events.size(); ++first) {
    const Day end = std::min(as_of, events[first].day + shape.window_days() - 1);
    const auto begin = events.begin() + static_cast<std::ptrdiff_t>(first);
    const auto behind = std::ranges::upper_bound(begin, events.end(), end, {}, &DatedEvent::day);
    if (Fills(shape, {begin, behind})) last = std::max(last.value_or(end), end);
  }
  return last;
}

bool IsNear(const v1::DistanceJoin& shape, Day day, std::optional<Day> other) {
  if (!other) return shape.pending_is_near();
  return *other - day <= shape.days_before() && day - *other <= shape.days_after();
}

Day DueDay(const v1::Overdue& shape, Day input, const std::vector<Day>& holidays) {
  Day due = input;
  while (shape.working_days() > 0 &&
         WithinWorkingDays(input, due, shape.working_days() - 1, holidays)) {
    ++due;
  }
  return due;
}

Judged JudgeOverdue(const v1::Indicator& indicator, Day due, std::optional<Day> until, Day as_of) {
  const Day stands = until ? std::min(*until, as_of) : as_of;
  return Reached(indicator, HighestReached(indicator.overdue().steps(), stands - due, 1));
}

}  // namespace twinledger::risk
