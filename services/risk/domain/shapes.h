// The six shapes by which facts are found in what was recorded, as functions: of what an event
// says, whether it is a hit and which case. They are all that there is; there is no language of
// expressions.
//
// An input that is not known makes an outcome unknown only where it could change it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "risk/domain/day.h"
#include "twinledger/risk/v1/rule_set.pb.h"

namespace twinledger::risk {

// What an event says, by input. What is not there is not known.
using Choices = std::map<std::string, std::string, std::less<>>;

// A hit has a case; of the others the indicator says what follows.
struct Judged {
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  std::string_view case_code = {};

  friend bool operator==(const Judged&, const Judged&) = default;
};

// The row whose conditions all hold. REQUIRES, here and below: the indicator has that shape, and is
// of a rule set that was checked.
Judged JudgeFieldCases(const v1::Indicator& indicator, const Choices& choices);

// The highest step that the number reaches, or its share of `whole`. REQUIRES: both are at most
// 10^15.
Judged JudgeThreshold(const v1::Indicator& indicator, std::optional<std::int64_t> number,
                      std::optional<std::int64_t> whole = std::nullopt);

// One event of a group.
struct DatedEvent {
  Day day = 0;
  bool marked = false;  // It fulfils what one event of the window must.
};
// Whether events of one window are enough. In the order of their days.
bool Fills(const v1::WindowedCount& shape, std::span<const DatedEvent> window);

// The last day up to `as_of` on which the window that ends with it holds enough: it is the day on
// which the fact ends. Nothing if there is none.
std::optional<Day> LastFullWindow(const v1::WindowedCount& shape, std::span<const DatedEvent> group,
                                  Day as_of);

// Whether a day is near the other one, which may not have come yet.
bool IsNear(const v1::DistanceJoin& shape, Day day, std::optional<Day> other);

// The day on which it is due, and how it stands on `as_of` if it came on `until`, or never.
Day DueDay(const v1::Overdue& shape, Day input, const std::vector<Day>& holidays);
Judged JudgeOverdue(const v1::Indicator& indicator, Day due, std::optional<Day> until, Day as_of);

// Whether an event fulfils all conditions; nothing where that is not known.
std::optional<bool> Fulfils(const google::protobuf::RepeatedPtrField<v1::FieldCondition>& all_of,
                            const Choices& choices);

}  // namespace twinledger::risk
