#include "risk/domain/assess.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "risk/domain/assurance.h"
#include "risk/domain/band.h"
#include "risk/domain/findings.h"
#include "risk/domain/floors.h"
#include "risk/domain/input_check.h"
#include "risk/domain/reductions.h"
#include "risk/domain/score_sheet.h"

namespace twinledger::risk {
namespace {

constexpr std::size_t kTopLines = 3;

void RenderLines(const ScoreSheet& sheet, v1::Assessment& assessment) {
  for (const std::vector<RankedValue>& ranked : sheet.ranked) {
    for (const RankedValue& value : ranked) *assessment.add_lines() = value.line;
  }
  std::vector<std::string> suppressed;
  for (const WeighedFact& fact : sheet.facts) {
    if (fact.suppressed()) suppressed.push_back(fact.fact->id());
  }
  std::ranges::sort(suppressed);
  assessment.mutable_suppressed()->Assign(suppressed.begin(), suppressed.end());
}

// Lines are sorted by indicator already, and no fact is in two of them.
void RenderTopLines(v1::Assessment& assessment) {
  std::vector<std::int32_t> places(static_cast<std::size_t>(assessment.lines_size()));
  std::iota(places.begin(), places.end(), 0);
  const auto order = [&](std::int32_t place) {
    const v1::Line& line = assessment.lines(place);
    return std::tuple(-line.net(), std::string_view(line.indicator()),
                      std::string_view(line.facts(0)));
  };
  const auto shown = static_cast<std::ptrdiff_t>(std::min(kTopLines, places.size()));
  std::partial_sort(places.begin(), places.begin() + shown, places.end(),
                    [&](std::int32_t a, std::int32_t b) { return order(a) < order(b); });
  assessment.mutable_top_lines()->Assign(places.begin(), places.begin() + shown);
}

void RenderSums(const ScoreSheet& sheet, const std::vector<v1::FloorInForce>& floors,
                const Rules& rules, v1::Assessment& assessment) {
  std::int64_t r = 0;
  std::int64_t uncapped = 0;
  for (std::size_t i = 0; i < sheet.category_sums.size(); ++i) {
    const v1::Category& category = rules.set().categories(static_cast<int>(i));
    v1::CategorySum& sum = *assessment.add_categories();
    sum.set_category(category.id());
    sum.set_sum(sheet.category_sums[i]);
    sum.set_capped(std::min(sheet.category_sums[i], category.cap()));
    r += sum.capped();
    uncapped += sum.sum();
  }
  if (!floors.empty()) r = std::max(r, floors.front().floor());
  assessment.mutable_floors()->Assign(floors.begin(), floors.end());
  assessment.set_r(r);
  assessment.set_uncapped(uncapped);
}

struct Known {
  bool hit = false;
  bool suppressed = false;
  bool error = false;
  bool unknown = false;
  std::set<std::string> events = {};
};

v1::Outcome OutcomeOf(const Known& known) {
  if (known.error) return v1::OUTCOME_ERROR;
  if (known.hit) return v1::OUTCOME_HIT;
  if (known.unknown) return v1::OUTCOME_UNKNOWN;
  return known.suppressed ? v1::OUTCOME_SUPPRESSED : v1::OUTCOME_NO_HIT;
}

// Of an indicator with facts and with events that could not be judged, both are said: the outcome,
// and the events.
void RenderOutcomes(const v1::ScoringInput& input, const ScoreSheet& sheet, const Rules& rules,
                    v1::Assessment& assessment) {
  std::map<const IndicatorRule*, Known> by_rule;  // Rules lie in their order.
  for (const WeighedFact& fact : sheet.facts) {
    (fact.suppressed() ? by_rule[fact.rule].suppressed : by_rule[fact.rule].hit) = true;
  }
  for (const v1::JudgedOutcome& judged : input.outcomes()) {
    Known& known = by_rule[rules.Find(judged.indicator())];
    if (judged.outcome() == v1::OUTCOME_NO_HIT) continue;
    (judged.outcome() == v1::OUTCOME_ERROR ? known.error : known.unknown) = true;
    if (!judged.event().empty()) known.events.insert(judged.event());
  }
  for (const auto& [rule, known] : by_rule) {
    v1::IndicatorOutcome& outcome = *assessment.add_outcomes();
    outcome.set_indicator(rule->id());
    outcome.set_outcome(OutcomeOf(known));
    outcome.mutable_events()->Assign(known.events.begin(), known.events.end());
    if (known.error) assessment.set_partial(true);
  }
}

}  // namespace

Result<v1::Assessment> Assess(const v1::ScoringInput& input, const Rules& rules) {
  Findings findings;
  CheckInput(input, rules, findings);
  TL_TRY_VOID(findings.Verdict("INPUT_INVALID", "the input cannot be scored"));
  const ScoreSheet sheet = FillSheet(input, rules);
  const std::vector<v1::FloorInForce> floors = FloorsInForce(input, rules);
  v1::Assessment assessment;
  assessment.set_rule_set_id(rules.set().id());
  assessment.set_rule_set_digest(rules.digest());
  assessment.set_engine_version(kEngineVersion);
  assessment.set_as_of(input.as_of());
  RenderLines(sheet, assessment);
  RenderTopLines(assessment);
  RenderSums(sheet, floors, rules, assessment);
  assessment.set_band(
      BandOfDay(assessment.r(), input.previous_band(), input.highest_r_29(), rules));
  assessment.set_records(CoverageFloor(input.coverage(), rules) > 0 ? v1::RECORDS_INSUFFICIENT
                                                                    : v1::RECORDS_SUFFICIENT);
  *assessment.mutable_assurance() = Assurance(sheet, input, rules);
  RenderOutcomes(input, sheet, rules, assessment);
  for (v1::Reduction& one : BestReductions(input, sheet, floors, rules)) {
    *assessment.add_reductions() = std::move(one);
  }
  return assessment;
}

}  // namespace twinledger::risk
