// Whatever is put in: properties that a score must have to be fair and hard to game.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "risk/domain/band.h"
#include "risk/domain/canonical_json.h"
#include "tests/unit/risk/any_input.h"

namespace twinledger::risk {
namespace {

template <class Elements>
void Shuffle(Elements& elements) {
  for (int i = elements.size() - 1; i > 0; --i) {
    elements.SwapElements(i, static_cast<int>(AnyOf(0, i)));
  }
}

RC_GTEST_PROP(RiskProperty, TheOrderOfFactsAndMitigationsDoesNotMatter, ()) {
  const v1::ScoringInput input = AnyInput();
  v1::ScoringInput shuffled = input;
  Shuffle(*shuffled.mutable_facts());
  for (v1::Fact& fact : *shuffled.mutable_facts()) Shuffle(*fact.mutable_mitigations());
  Shuffle(*shuffled.mutable_credits());
  const v1::Assessment one = Score(input);
  const v1::Assessment other = Score(shuffled);
  RC_ASSERT(CanonicalJson(one) == CanonicalJson(other));
  RC_ASSERT(one.SerializeAsString() == other.SerializeAsString());
}

RC_GTEST_PROP(RiskProperty, OneMoreFactNeverLowersRiskNorRaisesAssurance, ()) {
  v1::ScoringInput input = AnyInput();
  const v1::Assessment before = Score(input);
  *input.add_facts() = AnyFact("one-more");
  const v1::Assessment after = Score(input);
  RC_ASSERT(after.r() >= before.r());
  RC_ASSERT(after.uncapped() >= before.uncapped());
  RC_ASSERT(after.band() >= before.band());
  RC_ASSERT(after.assurance().a() <= before.assurance().a());
}

// What comes due, and what is closed, fires by time; here are fixed facts.
RC_GTEST_PROP(RiskProperty, TimeAloneNeverRaisesRisk, ()) {
  v1::ScoringInput input = AnyInput();
  const v1::Assessment today = Score(input);
  input.set_as_of(static_cast<Day>(kToday + AnyOf(1, 500)));
  const v1::Assessment later = Score(input);
  RC_ASSERT(later.r() <= today.r());
  RC_ASSERT(later.uncapped() <= today.uncapped());
}

RC_GTEST_PROP(RiskProperty, ToSplitAGiftChangesNothing, ()) {
  v1::ScoringInput input = AnyInput();
  *input.add_facts() =
      Gift("gift", AnyOf(0, 600'000), "group-1", static_cast<Day>(kToday - AnyOf(0, 800)));
  if (OneIn(2)) AddAnyMitigation(*Tl1().Find("A1"), *input.mutable_facts(input.facts_size() - 1));
  v1::ScoringInput split = input;
  const v1::Fact whole = split.facts(split.facts_size() - 1);
  std::int64_t left = whole.value_cents();
  split.mutable_facts()->RemoveLast();
  for (int part = 0; part < 20; ++part) {
    const std::int64_t cents = part == 19 ? left : AnyOf(0, left);
    left -= cents;
    v1::Fact& fact = *split.add_facts() = whole;
    fact.set_id("part-" + std::to_string(part));
    fact.set_value_cents(cents);
  }
  RC_ASSERT(Score(split).r() == Score(input).r());
  RC_ASSERT(Score(split).uncapped() == Score(input).uncapped());
}

RC_GTEST_PROP(RiskProperty, ToRecordLateNeverLowersRisk, ()) {
  v1::ScoringInput input = AnyInput();
  *input.add_facts() = AnyFact("late");
  v1::Fact& fact = *input.mutable_facts(input.facts_size() - 1);
  const auto recorded = static_cast<Day>(kToday - AnyOf(0, 1000));
  fact.set_recorded(recorded);
  const std::int64_t early = Score(input).uncapped();
  const std::int64_t early_r = Score(input).r();
  fact.set_recorded(static_cast<Day>(AnyOf(recorded, kToday)));
  RC_ASSERT(Score(input).uncapped() >= early);
  RC_ASSERT(Score(input).r() >= early_r);
}

RC_GTEST_PROP(RiskProperty, AClaimChangesNoRiskAndItsVerificationNeverRaisesIt, ()) {
  v1::ScoringInput input = AnyInput();
  *input.add_facts() = AnyFact("claimed-of");
  const v1::Assessment without = Score(input);
  v1::Fact& fact = *input.mutable_facts(input.facts_size() - 1);
  AddAnyMitigation(*Tl1().Find(fact.indicator()), fact);
  v1::MitigationClaim& claim = *fact.mutable_mitigations(fact.mitigations_size() - 1);
  claim.set_state(v1::MITIGATION_STATE_CLAIMED);
  const v1::Assessment claimed = Score(input);
  RC_ASSERT(claimed.r() == without.r());
  RC_ASSERT(claimed.uncapped() == without.uncapped());
  RC_ASSERT(claimed.band() == without.band());
  RC_ASSERT(claimed.assurance().a() <= without.assurance().a());
  claim.set_state(v1::MITIGATION_STATE_VERIFIED);
  const v1::Assessment verified = Score(input);
  RC_ASSERT(verified.r() <= claimed.r());
  RC_ASSERT(verified.uncapped() <= claimed.uncapped());
  RC_ASSERT(verified.assurance().a() >= claimed.assurance().a());
}

RC_GTEST_PROP(RiskProperty, AVolunteeredLateReportNeverChangesAssurance, ()) {
  v1::ScoringInput input = AnyInput();
  const v1::AssuranceSum before = Score(input).assurance();
  v1::Fact& report = *input.add_facts() = AnyFact("own-report");
  report.clear_mitigations();
  report.set_indicator("H1");
  report.set_case_(Tl1().Find("H1")->data->cases(static_cast<int>(AnyOf(0, 2))).code());
  if (!report.has_end()) report.set_end(kToday);
  report.set_volunteered(true);
  RC_ASSERT(Score(input).assurance().SerializeAsString() == before.SerializeAsString());
}

RC_GTEST_PROP(RiskProperty, RepeatsSumToOneAndAHalfTimesTheHighestAtMost, ()) {
  const v1::Assessment assessment = Score(AnyInput());
  std::map<std::string, std::int64_t> sums;
  std::map<std::string, std::int64_t> highest;
  for (const v1::Line& line : assessment.lines()) {
    sums[line.indicator()] += line.net();
    highest[line.indicator()] = std::max(highest[line.indicator()], line.value());
  }
  for (const auto& [indicator, sum] : sums) RC_ASSERT(2 * sum <= 3 * highest[indicator]);
}

// Sums can be added up by hand from what is printed.
RC_GTEST_PROP(RiskProperty, TheLinesAddUpToTheScore, ()) {
  const v1::Assessment assessment = Score(AnyInput());
  std::map<std::string, std::int64_t> sums;
  std::set<std::string> facts;
  for (const v1::Line& line : assessment.lines()) {
    sums[line.indicator().substr(0, 1)] += line.net();
    RC_ASSERT(line.value() > 0);
    for (const std::string& fact : line.facts()) RC_ASSERT(facts.insert(fact).second);
  }
  std::int64_t capped = 0;
  std::int64_t uncapped = 0;
  for (const v1::CategorySum& sum : assessment.categories()) {
    RC_ASSERT(sum.sum() == sums[sum.category()]);
    RC_ASSERT(sum.capped() <= sum.sum());
    capped += sum.capped();
    uncapped += sum.sum();
  }
  for (const v1::FloorInForce& floor : assessment.floors()) {
    capped = std::max(capped, floor.floor());
  }
  RC_ASSERT(assessment.r() == capped);
  RC_ASSERT(assessment.uncapped() == uncapped);
  RC_ASSERT(assessment.r() <= 100'000);
  RC_ASSERT(assessment.band() >= BandOf(assessment.r(), Tl1()));
}

}  // namespace
}  // namespace twinledger::risk
