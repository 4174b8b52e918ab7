// Every place where something is rounded, cut or compared, one step to either side of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "risk/domain/band.h"
#include "risk/domain/bounds.h"
#include "risk/domain/contribution.h"
#include "risk/domain/decay.h"
#include "risk/domain/floors.h"
#include "risk/domain/repeats.h"
#include "risk/domain/value_curve.h"
#include "tests/unit/risk/scoring.h"

namespace twinledger::risk {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::int64_t FactorOf(const std::string& indicator, const std::string& mitigations) {
  const v1::ScoringInput input = Input("facts { " + mitigations + "}");
  return MitigationFactor(input.facts(0), *Tl1().Find(indicator), Tl1());
}

std::string Verified(const std::string& id, bool late = false) {
  return "mitigations { id: '" + id +
         "' state: MITIGATION_STATE_VERIFIED late: " + (late ? "true" : "false") + " } ";
}

TEST(MitigationTest, MultiplyWithOneDivisionDownToTheFloor) {
  EXPECT_EQ(FactorOf("B2", ""), 1000);
  EXPECT_EQ(FactorOf("B2", Verified("M1")), 800);
  EXPECT_EQ(FactorOf("B2", Verified("M1", true)), 900);
  EXPECT_EQ(FactorOf("B2", Verified("M10") + Verified("M2")), 450);
  EXPECT_EQ(FactorOf("B2", Verified("M10") + Verified("M2") + Verified("M1")), 360);
  EXPECT_EQ(FactorOf("B2", Verified("M10") + Verified("M2") + Verified("M1", true)), 405);
  EXPECT_EQ(FactorOf("A3", Verified("M5") + Verified("M13")), 250);  // 210 without the floor.
  EXPECT_EQ(FactorOf("C3", Verified("M8")), 250);                    // One alone, too: 200.
  EXPECT_EQ(FactorOf("A1", Verified("M4") + Verified("M13")), 350);
}

TEST(MitigationTest, EachCountsOnceByItsLowestFactor) {
  EXPECT_EQ(FactorOf("B2", Verified("M1") + Verified("M1")), 800);
  EXPECT_EQ(FactorOf("B2", Verified("M1", true) + Verified("M1")), 800);
  EXPECT_EQ(FactorOf("F1", Verified("M1", true) + Verified("M1")), kClears);
}

TEST(MitigationTest, OneThatClearsClearsWhateverElseThereIs) {
  EXPECT_EQ(FactorOf("F1", Verified("M1")), kClears);
  EXPECT_EQ(FactorOf("F1", Verified("M1", true)), 500);
  EXPECT_EQ(FactorOf("A1", Verified("M4") + Verified("M3") + Verified("M13")), kClears);
  EXPECT_EQ(FactorOf("E1", Verified("M11", true)), kClears);  // Late halves M1 alone.
}

TEST(MitigationTest, ClaimsAndOnesForOtherIndicatorsDoNothing) {
  EXPECT_EQ(FactorOf("B2", "mitigations { id: 'M1' state: MITIGATION_STATE_CLAIMED }"), 1000);
  EXPECT_EQ(FactorOf("B6", Verified("M4")), 1000);
  EXPECT_EQ(FactorOf("E1", Verified("M14")), 1000);
}

struct AgeCase {
  const char* what;
  std::string fact;
  std::int32_t days;
  std::int64_t decay;
};

TEST(AgeTest, RunsFromTheEndOrFromALateRecord) {
  const std::string meeting = "indicator: 'B6' case: 'HIT' ";
  const std::string access = "indicator: 'D3' case: 'HIT' ";
  const std::string overdue = "indicator: 'H2' case: 'HIT' ";
  const AgeCase cases[] = {
      {"ended today", meeting + "end: 20634", 0, kNoDecay},
      {"an event that goes on has no age yet", meeting + "end: 20640", 0, kNoDecay},
      {"a year ago", meeting + "end: 20269", 365, kNoDecay / 2},
      {"recorded on the last allowed day", meeting + "end: 20600 recorded: 20628", 34,
       Decay(34, 365)},
      {"a day later", meeting + "end: 20600 recorded: 20629", 5, Decay(5, 365)},
      {"with another allowance", meeting + "end: 20400 recorded: 20584 allowed: 184", 234,
       Decay(234, 365)},
      {"a day behind that", meeting + "end: 20400 recorded: 20585 allowed: 184", 49,
       Decay(49, 365)},
      {"recorded before its end", meeting + "end: 20630 recorded: 20600", 4, Decay(4, 365)},
      {"nothing allowed", meeting + "end: 20633 recorded: 20634 allowed: 0", 0, kNoDecay},
      {"holding", access, 0, kNoDecay},
      {"holding, known of late", access + "recorded: 20000", 0, kNoDecay},
      {"holding until tomorrow", access + "end: 20635", 0, kNoDecay},
      {"it stopped today", access + "end: 20634", 0, kNoDecay},
      {"it stopped, and that came late", access + "end: 20500 recorded: 20544", 90, Decay(90, 180)},
      {"without a half-life, it stopped today", overdue + "end: 20634", 0, 0},
      {"without a half-life, holding", overdue, 0, kNoDecay},
  };
  for (const AgeCase& one : cases) {
    SCOPED_TRACE(one.what);
    const v1::ScoringInput input = Input("facts { " + one.fact + " }");
    const v1::Fact& fact = input.facts(0);
    const Aged aged = AgeOf(fact, *Tl1().Find(fact.indicator()), Tl1(), kToday);
    EXPECT_EQ(aged.days, one.days);
    EXPECT_EQ(aged.decay, one.decay);
  }
}

TEST(ContributionTest, IsRoundedDownTwice) {
  EXPECT_EQ(Contribute(5000, 1000, 1000, 734'977'579).value, 3422);  // 3422.5...
  EXPECT_EQ(Contribute(4000, 1150, 405, kNoDecay).base, 1863);
  EXPECT_EQ(Contribute(1001, 1150, 999, kNoDecay).base, 1149);  // 1149.998...
  EXPECT_EQ(Contribute(1, 1000, 999, kNoDecay).base, 0);
  EXPECT_EQ(Contribute(kPointsMax, kExposureMax, kOnePermille, kNoDecay).value, 15'600);
}

TEST(ContributionTest, ExposureCountsForCasesThatAreExposedAlone) {
  const char* facts =
      "facts { id: 'a' indicator: 'B2' case: 'HIT' end: 20634 criticality: CRITICALITY_CRITICAL }"
      "facts { id: 'b' indicator: 'B5' case: 'HIT' end: 20634 criticality: CRITICALITY_CRITICAL }"
      "facts { id: 'c' indicator: 'D1' case: 'PERSONAL' end: 20634 "
      "        criticality: CRITICALITY_CRITICAL }"
      "facts { id: 'd' indicator: 'F5' case: 'HIT' end: 20634 criticality: CRITICALITY_IMPORTANT }";
  const v1::Assessment assessment = Score(facts);
  std::vector<std::int64_t> values;
  for (const v1::Line& line : assessment.lines()) values.push_back(line.value());
  EXPECT_THAT(values, ElementsAre(5200, 9000, 5000, 4600));
}

TEST(ContributionTest, WhatDecaysToNothingMakesNoLine) {
  v1::ScoringInput input = Input("");
  *input.add_facts() = Meeting("old", kDayMin);
  *input.add_facts() = Gift("old gift", kValueCentsMax, "g", kDayMin);
  *input.add_facts() = Gift("worth nothing", 0);
  *input.add_facts() = Gift("4 cents", 4, "other");  // 4 * 1000 / 5000 is below a thousandth.
  EXPECT_THAT(Score(input).lines(), IsEmpty());
  *input.add_facts() = Gift("1 cent", 1, "other");
  EXPECT_EQ(Score(input).lines(0).facts_size(), 2);
}

TEST(ValueCurveTest, IsStraightBetweenItsPointsAndFlatBehind) {
  const v1::ValueCurve& curve = Tl1().Find("A1")->data->value_curve();
  const std::pair<std::int64_t, std::int64_t> expected[] = {
      {0, 0},           {1, 0},          {4, 0},          {5, 1},          {4999, 999},
      {5000, 1000},     {5001, 1000},    {9999, 1999},    {10'000, 2000},  {10'019, 2000},
      {10'020, 2001},   {49'999, 3999},  {50'000, 4000},  {66'547, 4441},  {199'999, 7999},
      {200'000, 8000},  {200'149, 8000}, {200'150, 8001}, {499'999, 9999}, {500'000, 10'000},
      {500'001, 10'000}};
  for (const auto& [cents, points] : expected) EXPECT_EQ(PointsOn(curve, cents), points) << cents;
  for (std::int64_t cents = 1; cents <= 500'001; ++cents) {
    ASSERT_GE(PointsOn(curve, cents), PointsOn(curve, cents - 1)) << cents;
  }
}

TEST(ValueCurveTest, ASumIsExactWhateverItsParts) {
  const v1::ValueCurve& curve = Tl1().Find("A1")->data->value_curve();
  const std::int64_t weight = 893'179'563;
  DecayedSum whole;
  whole.Add(100'000, weight);
  DecayedSum parts;
  for (int i = 0; i < 100'000; ++i) parts.Add(1, weight);
  EXPECT_EQ(whole.Cents(curve), 83'183);
  EXPECT_EQ(parts.Cents(curve), 83'183);
  for (int i = 0; i < 99'999; ++i) parts.Remove(1, weight);
  EXPECT_EQ(parts.Cents(curve), 0);
  for (std::size_t i = 0; i < kFactsMax; ++i) parts.Add(kValueCentsMax, kNoDecay);
  EXPECT_EQ(parts.Cents(curve), 500'000);
}

TEST(RepeatsTest, CountThirdsOfThirdsAndNothingFromTheTenthOn) {
  std::vector<std::int64_t> nets;
  Repeats repeats(3);
  for (int k = 1; k <= 12; ++k) nets.push_back(repeats.Net(15'600));
  EXPECT_THAT(nets, ElementsAre(15'600, 5200, 1733, 577, 192, 64, 21, 7, 2, 0, 0, 0));
  EXPECT_TRUE(repeats.AreZero());
  for (int k = 0; k < 200; ++k) EXPECT_EQ(repeats.Net(15'600), 0);  // Nothing overflows.
}

TEST(RepeatsTest, LinesBeyondTheTenthArePrintedAllTheSame) {
  v1::ScoringInput input = Input("");
  for (int i = 0; i < 12; ++i) *input.add_facts() = Meeting("m" + std::to_string(10 + i));
  const v1::Assessment assessment = Score(input);
  ASSERT_EQ(assessment.lines_size(), 12);
  EXPECT_EQ(assessment.lines(11).facts(0), "m21");  // Equal ones by their ids.
  EXPECT_EQ(assessment.lines(11).rank(), 12);
  EXPECT_EQ(assessment.lines(11).net(), 0);
  EXPECT_EQ(assessment.uncapped(), 5000 + 1666 + 555 + 185 + 61 + 20 + 6 + 2);
}

TEST(BandTest, AValueOnTheLineIsInTheUpperBand) {
  const std::pair<std::int64_t, v1::Band> expected[] = {
      {0, v1::BAND_BASELINE},     {14'999, v1::BAND_BASELINE}, {15'000, v1::BAND_GUARDED},
      {29'999, v1::BAND_GUARDED}, {30'000, v1::BAND_ELEVATED}, {49'999, v1::BAND_ELEVATED},
      {50'000, v1::BAND_HIGH},    {69'999, v1::BAND_HIGH},     {70'000, v1::BAND_SEVERE},
      {100'000, v1::BAND_SEVERE}};
  for (const auto& [r, band] : expected) EXPECT_EQ(BandOf(r, Tl1()), band) << r;
}

struct FallingCase {
  const char* what;
  std::int64_t r;
  v1::Band previous;
  std::int64_t highest;
  v1::Band expected;
};

TEST(BandTest, RisesAtOnceAndFallsAfterThirtyDaysClearlyUnderTheLine) {
  const FallingCase cases[] = {
      {"up by one", 30'000, v1::BAND_GUARDED, 10'000, v1::BAND_ELEVATED},
      {"up by all", 70'000, v1::BAND_UNSPECIFIED, 0, v1::BAND_SEVERE},
      {"just under the line", 29'999, v1::BAND_ELEVATED, 29'999, v1::BAND_ELEVATED},
      {"3 points under it", 27'000, v1::BAND_ELEVATED, 20'000, v1::BAND_ELEVATED},
      {"a thousandth more", 26'999, v1::BAND_ELEVATED, 20'000, v1::BAND_GUARDED},
      {"it stood 3 points under it", 20'000, v1::BAND_ELEVATED, 27'000, v1::BAND_ELEVATED},
      {"it stood a thousandth lower", 20'000, v1::BAND_ELEVATED, 26'999, v1::BAND_GUARDED},
      {"two bands at once", 5'000, v1::BAND_ELEVATED, 11'999, v1::BAND_BASELINE},
      {"as many as that allows", 5'000, v1::BAND_SEVERE, 12'000, v1::BAND_GUARDED},
      {"never above the day before", 5'000, v1::BAND_GUARDED, 80'000, v1::BAND_GUARDED},
  };
  for (const FallingCase& one : cases) {
    EXPECT_EQ(BandOfDay(one.r, one.previous, one.highest, Tl1()), one.expected) << one.what;
  }
}

TEST(CoverageTest, ExactlyHalfIsTheLowerFloorAndExactlyFourFifthsIsNone) {
  const std::tuple<std::int64_t, std::int64_t, std::int64_t> expected[] = {
      {0, 0, 0},
      {0, 5, 0},
      {1, 0, 50'000},
      {8, 4, 30'000},
      {8, 3, 50'000},
      {7, 3, 50'000},
      {9, 5, 30'000},
      {10, 8, 0},
      {10, 7, 30'000},
      {1000, 799, 30'000},
      {1000, 800, 0},
      {1000, 499, 50'000},
      {1000, 500, 30'000},
      {5, 4, 0},
      {6, 5, 0},
      {8, 9, 0},
      {kCountMax, kCountMax * 8 / 10, 0},
      {kCountMax, kCountMax * 8 / 10 - 1, 30'000}};
  for (const auto& [due, received, floor] : expected) {
    v1::Coverage coverage;
    coverage.set_expected(due);
    coverage.set_received(received);
    EXPECT_EQ(CoverageFloor(coverage, Tl1()), floor) << received << " of " << due;
  }
}

TEST(FloorTest, HoldsUntilHalfAYearBehindTheClosureOfItsCase) {
  const auto height = [](const std::string& rest) {
    return Score("facts { id: 'a' end: 10000 " + rest + " }").r();
  };
  EXPECT_EQ(height("indicator: 'G2' case: 'CREDIBLE'"), 50'000);
  EXPECT_EQ(height("indicator: 'G2' case: 'CORROBORATED'"), 70'000);
  EXPECT_EQ(height("indicator: 'G3' case: 'CORROBORATED'"), 50'000);
  EXPECT_EQ(height("indicator: 'D1' case: 'IN_CONFIDENCE'"), 70'000);
  EXPECT_EQ(height("indicator: 'D1' case: 'SECURITY_SENSITIVE'"), 0);
  EXPECT_EQ(height("indicator: 'C3' case: 'CONNECTED'"), 30'000);
  EXPECT_EQ(height("indicator: 'C3' case: 'KEPT'"), 0);
  EXPECT_EQ(height("indicator: 'C3' case: 'CONNECTED' " + Verified("M8")), 0);
  EXPECT_EQ(height("indicator: 'C3' case: 'CONNECTED' " + Verified("M2")), 30'000);
  EXPECT_EQ(height("indicator: 'G2' case: 'CREDIBLE' floor_closed: 20455"), 50'000);  // 179 days.
  EXPECT_EQ(height("indicator: 'G2' case: 'CREDIBLE' floor_closed: 20454"), 14);
  EXPECT_EQ(height("indicator: 'G2' case: 'CREDIBLE' floor_closed: 20634"), 50'000);
}

TEST(FloorTest, ArePrintedByHeightCauseAndFact) {
  const v1::Assessment assessment = Score(
      "coverage { expected: 2 }"
      "facts { id: 'b' indicator: 'G3' case: 'CORROBORATED' end: 1 }"
      "facts { id: 'a' indicator: 'G3' case: 'CORROBORATED' end: 1 }"
      "facts { id: 'c' indicator: 'G2' case: 'CREDIBLE' end: 1 }"
      "facts { id: 'd' indicator: 'D1' case: 'IN_CONFIDENCE' end: 1 }");
  std::vector<std::string> printed;
  for (const v1::FloorInForce& floor : assessment.floors()) {
    printed.push_back(std::to_string(floor.floor()) + " " + floor.cause() + " " + floor.fact());
  }
  EXPECT_THAT(printed,
              ElementsAre("70000 D1/IN_CONFIDENCE d", "50000 COVERAGE ", "50000 G2/CREDIBLE c",
                          "50000 G3/CORROBORATED a", "50000 G3/CORROBORATED b"));
}

std::int64_t AssuranceOf(const std::string& text) { return Score(text).assurance().a(); }

TEST(AssuranceTest, CreditsCountForAYearAndFiveAtMost) {
  const std::string overdue = "overdue_actions: 20 ";
  const auto credit = [](Day day) {
    return "credits { kind: CREDIT_KIND_NIL_RETURN day: " + std::to_string(day) + " } ";
  };
  EXPECT_EQ(AssuranceOf(overdue), 40'000);
  EXPECT_EQ(AssuranceOf(overdue + credit(kToday)), 41'000);
  EXPECT_EQ(AssuranceOf(overdue + credit(kToday - 364)), 41'000);
  EXPECT_EQ(AssuranceOf(overdue + credit(kToday - 365)), 40'000);
  EXPECT_EQ(AssuranceOf(overdue + credit(kToday + 1)), 40'000);
  std::string many = overdue;
  for (int i = 0; i < 7; ++i) many += credit(kToday - i);
  EXPECT_EQ(AssuranceOf(many), 45'000);
}

TEST(AssuranceTest, IsCutOnceAtTheEnd) {
  const std::string credits =
      "credits { kind: CREDIT_KIND_INCIDENT_TOLD day: 20634 } "
      "credits { kind: CREDIT_KIND_NIL_RETURN day: 20634 } ";
  EXPECT_EQ(AssuranceOf(credits), 100'000);
  EXPECT_EQ(AssuranceOf(credits + "overdue_actions: 1"), 99'000);
  EXPECT_EQ(AssuranceOf("overdue_actions: 33"), 1'000);
  EXPECT_EQ(AssuranceOf("overdue_actions: 34"), 0);
  EXPECT_EQ(AssuranceOf(credits + "overdue_actions: 34"), 0);  // 100 - 102 + 2.
  EXPECT_EQ(AssuranceOf("overdue_actions: 1000000"), 0);
}

std::int64_t UnverifiedIn(const std::string& facts) {
  return Score(facts).assurance().unverified();
}

TEST(AssuranceTest, ClaimsCountOnceForEachReference) {
  const auto fact = [](const std::string& id, const std::string& rest) {
    return "facts { id: '" + id + "' " + rest + " } ";
  };
  const auto claim = [](const std::string& id, const std::string& ref = "") {
    return " mitigations { id: '" + id + "' state: MITIGATION_STATE_CLAIMED ref: '" + ref + "' } ";
  };
  const std::string visit = "indicator: 'B2' case: 'HIT' end: 20634 ";
  EXPECT_EQ(UnverifiedIn(fact("a", visit + claim("M1"))), 1);
  EXPECT_EQ(UnverifiedIn(fact("a", visit + claim("M1") + claim("M1"))), 1);
  EXPECT_EQ(UnverifiedIn(fact("a", visit + claim("M1") + claim("M2"))), 2);
  EXPECT_EQ(UnverifiedIn(fact("a", visit + claim("M1")) + fact("b", visit + claim("M1"))), 2);
  EXPECT_EQ(UnverifiedIn(fact("a", visit + claim("M1", "x")) + fact("b", visit + claim("M2", "x"))),
            1);
  // A text that is the same as what stands where there is no reference.
  EXPECT_EQ(UnverifiedIn(fact("a", visit + claim("M1")) + fact("b", visit + claim("M1", "a/M1"))),
            1);
  EXPECT_EQ(UnverifiedIn(fact("a", visit + claim("M1") + Verified("M1", true))), 0);
  EXPECT_EQ(UnverifiedIn(fact("a", visit + claim("M9"))), 0);  // Not listed for B2.
  EXPECT_EQ(UnverifiedIn(fact("a", "indicator: 'B2' case: 'HIT' end: 0 " + claim("M1"))), 0);
  EXPECT_EQ(UnverifiedIn(fact("a", "indicator: 'F1' case: 'HIT' end: 20634 " + claim("M13"))), 0);
  EXPECT_EQ(
      UnverifiedIn(fact("a", "indicator: 'E1' case: 'HIT' " + Verified("M11") + claim("M12"))),
      0);  // Suppressed.
  const std::string gift = "indicator: 'A1' case: 'VALUE' group: 'g' end: 20634 ";
  EXPECT_EQ(UnverifiedIn(fact("a", gift + "value_cents: 1 " + claim("M4"))), 1);
  EXPECT_EQ(UnverifiedIn(fact("a", gift + "value_cents: 0 " + claim("M4"))), 0);
}

TEST(AssuranceTest, WhatWasVolunteeredLeavesTheRanksOfTheOthers) {
  const std::string found =
      "facts { id: 'a' indicator: 'H1' case: 'DAYS_31_90' end: 20634 }"
      "facts { id: 'b' indicator: 'H1' case: 'DAYS_1_30' end: 20634 }";
  const std::string own =
      "facts { id: 'c' indicator: 'H1' case: 'DAYS_OVER_90' end: 20634 volunteered: true }";
  EXPECT_EQ(Score(found).assurance().transparency(), 3333);
  const v1::Assessment both = Score(found + own);
  EXPECT_EQ(both.assurance().transparency(), 3333);
  EXPECT_EQ(both.r(), 5000 + 1000 + 111);
}

TEST(OutcomeTest, SaysWhatFiredWhatDidNotAndWhatIsNotKnown) {
  const v1::Assessment assessment =
      Score("facts { id: 'a' indicator: 'F1' case: 'HIT' end: 20634 " + Verified("M1") +
            "}"
            "facts { id: 'b' indicator: 'B6' case: 'HIT' end: 20634 }"
            "outcomes { indicator: 'B6' outcome: OUTCOME_UNKNOWN event: 'e2' }"
            "outcomes { indicator: 'B2' outcome: OUTCOME_NO_HIT }"
            "outcomes { indicator: 'E3' outcome: OUTCOME_NO_HIT }"
            "outcomes { indicator: 'E3' outcome: OUTCOME_UNKNOWN event: 'e9' }"
            "outcomes { indicator: 'E3' outcome: OUTCOME_UNKNOWN event: 'e1' }");
  std::vector<std::string> said;
  for (const v1::IndicatorOutcome& one : assessment.outcomes()) {
    std::string text = one.indicator() + " " + v1::Outcome_Name(one.outcome());
    for (const std::string& event : one.events()) text += " " + event;
    said.push_back(text);
  }
  EXPECT_THAT(said, ElementsAre("B2 OUTCOME_NO_HIT", "B6 OUTCOME_HIT e2",
                                "E3 OUTCOME_UNKNOWN e1 e9", "F1 OUTCOME_SUPPRESSED"));
  EXPECT_FALSE(assessment.partial());
  EXPECT_TRUE(Score("outcomes { indicator: 'B6' outcome: OUTCOME_ERROR }").partial());
}

TEST(TopLinesTest, AreThoseThatWeighMost) {
  v1::ScoringInput input = Input(
      "facts { id: 'z' indicator: 'B3' case: 'HIT' end: 20634 }"
      "facts { id: 'y' indicator: 'G1' case: 'HIT' end: 20634 }");
  for (const char* id : {"d", "c", "b", "a"}) *input.add_facts() = Meeting(id);
  const v1::Assessment assessment = Score(input);
  std::vector<std::string> top;
  for (const std::int32_t place : assessment.top_lines()) {
    top.push_back(assessment.lines(place).facts(0));
  }
  EXPECT_THAT(top, ElementsAre("z", "y", "a"));
}

}  // namespace
}  // namespace twinledger::risk
