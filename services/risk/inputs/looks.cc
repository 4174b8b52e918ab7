#include "risk/inputs/looks.h"

#include <array>
#include <optional>

#include "risk/inputs/benefit_inputs.h"
#include "risk/inputs/delegation_inputs.h"
#include "risk/inputs/derived_inputs.h"
#include "risk/inputs/journey_inputs.h"
#include "risk/inputs/period.h"

namespace twinledger::risk {
namespace {

namespace ev = engagement::events::v1;
using v1::Indicator;

bool IsTravel(const RecordFields& fields) { return fields.has_travel(); }
bool IsDevice(const RecordFields& fields) { return fields.has_device(); }
bool IsGiftToCouncil(const RecordFields& fields) {
  return fields.has_gift() && IsToCouncil(fields) != false;
}
// Members of a delegation that goes out are the council's own people, and it is shown no site of
// the council's.
bool IsVisit(const RecordFields& fields) {
  return fields.has_delegation() && fields.delegation().direction() != ev::DELEGATION_DIRECTION_OUT;
}

Finding JudgeChoices(const IndicatorRule& rule, const Sight& sight) {
  return JudgeReadings(rule, ReadingsOf(sight.told.fields()));
}

Finding JudgeDelegates(const IndicatorRule& rule, const Sight& sight) {
  const Count count = DelegatesInQuestion(sight.told.fields(), sight.rules.holidays());
  const std::array<Judged, 2> possible{JudgeThreshold(*rule.data, count.least),
                                       JudgeThreshold(*rule.data, count.most)};
  return Together(rule, possible);
}

Finding JudgeChecks(const IndicatorRule& rule, const Sight& sight) {
  const Day as_of = sight.council.as_of();
  const Completion checks = ChecksOf(sight.told, sight.council.DevicesOf(sight.history.id));
  // Whoever has not told when a journey ended may be on it still.
  const Period returned = PeriodOf(sight.told.fields().travel().return_on())
                              .value_or(Period{sight.told.days.first, as_of});
  const auto judged = [&](Day back, std::optional<Day> until) {
    const Day due = DueDay(rule.data->overdue(), back, sight.rules.holidays());
    return JudgeOverdue(*rule.data, due, until, as_of);
  };
  const std::array<Judged, 2> possible{judged(returned.last, checks.earliest),
                                       judged(returned.first, checks.latest)};
  return Together(rule, possible);
}

constexpr std::array<Look, 10> kLooks{{
    {"A3", Indicator::kFieldCases, IsTravel, JudgeChoices},
    {"A4", Indicator::kFieldCases, IsTravel, JudgeChoices},
    {"A6", Indicator::kFieldCases, IsGiftToCouncil, JudgeChoices},
    {"B1", Indicator::kThreshold, IsVisit, JudgeDelegates},
    {"B2", Indicator::kFieldCases, IsVisit, JudgeChoices},
    {"B3", Indicator::kFieldCases, IsVisit, JudgeChoices},
    {"C1", Indicator::kFieldCases, IsDevice, JudgeChoices},
    {"C2", Indicator::kFieldCases, IsDevice, JudgeChoices},
    {"C3", Indicator::kFieldCases, IsGiftToCouncil, JudgeChoices},
    {"C4", Indicator::kOverdue, IsTravel, JudgeChecks},
}};

}  // namespace

std::span<const Look> LooksAtOneRecord() { return kLooks; }

}  // namespace twinledger::risk
