// What lowers a score most: each drop is held against a score that is computed again from an input
// in which it was done.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "risk/domain/assurance.h"
#include "tests/unit/risk/any_input.h"

namespace twinledger::risk {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Offered(const std::string& input) {
  const v1::Assessment assessment = Score(input);
  std::vector<std::string> offered;
  for (const v1::Reduction& one : assessment.reductions()) {
    std::string text = v1::ReductionKind_Name(one.kind()).substr(15) + " " + one.mitigation() + " ";
    for (const std::string& fact : one.facts()) text += fact + " ";
    offered.push_back(text + std::to_string(one.drop()));
  }
  return offered;
}

TEST(ReductionsTest, OffersWhatCanStillBeDone) {
  const std::string cameras =
      "facts { id: 'c' indicator: 'E1' case: 'HIT' criticality: CRITICALITY_CRITICAL }";
  EXPECT_THAT(Offered(cameras), ElementsAre("MITIGATE M12 c 4680", "MITIGATE M2 c 1950"));
  const auto gift = [](Day end) {
    return "facts { id: 'g' indicator: 'A1' case: 'VALUE' group: 'x' value_cents: 10000 end: " +
           std::to_string(end) + " }";
  };
  EXPECT_THAT(Offered(gift(kToday)),
              ElementsAre("MITIGATE M3 g 2000", "MITIGATE M4 g 1000", "MITIGATE M13 g 601"));
  EXPECT_THAT(Offered(gift(kToday - 14)).size(), 3U);  // 10 working days.
  EXPECT_THAT(Offered(gift(kToday - 15)).size(), 2U);  // To return it would be too late,
  EXPECT_THAT(Offered(gift(kToday - 28)).size(), 2U);
  EXPECT_THAT(Offered(gift(kToday - 29)).size(), 1U);  // and to publish it.
  EXPECT_THAT(Offered("facts { id: 'm' indicator: 'F1' case: 'HIT' end: 20634 }"),
              ElementsAre("MITIGATE M1 m 2500"));  // Late, so half.
  EXPECT_THAT(Offered("facts { id: 'm' indicator: 'G1' case: 'HIT' end: 20634 }"), IsEmpty());
}

TEST(ReductionsTest, OffersToEndWhatThenWeighsNothing) {
  EXPECT_THAT(Offered("facts { id: 'r' indicator: 'F3' case: 'OVER_730' }"
                      "facts { id: 'h' indicator: 'H3' case: 'HIT' }"),
              ElementsAre("END  r 5000"));
  EXPECT_THAT(Offered("coverage { expected: 10 received: 6 }"), ElementsAre("FILE_RECORDS  30000"));
}

TEST(ReductionsTest, ALookAtOneDocumentVerifiesAllThatItStandsFor) {
  const std::string claim =
      "mitigations { id: 'M9' state: MITIGATION_STATE_CLAIMED ref: 'debrief' } }";
  EXPECT_EQ(Offered("facts { id: 'a' indicator: 'B6' case: 'HIT' end: 20634 " + claim +
                    "facts { id: 'b' indicator: 'B4' case: 'HIT' end: 20634 " + claim)[0],
            "VERIFY M9 a b 2000");
}

TEST(ReductionsTest, BehindAFloorTheUncappedSumDecides) {
  const v1::Assessment assessment = Score(
      "coverage { expected: 10 received: 6 }"
      "facts { id: 'a' indicator: 'E1' case: 'HIT' }"
      "facts { id: 'c' indicator: 'C3' case: 'CONNECTED' end: 20634 }");
  ASSERT_EQ(assessment.reductions_size(), 3);
  EXPECT_EQ(assessment.reductions(0).mitigation(), "M8");  // Its floor goes; the other one stays.
  EXPECT_EQ(assessment.reductions(0).drop(), 0);
  EXPECT_EQ(assessment.reductions(0).uncapped_drop(), 6750);
}

TEST(ReductionsTest, AFloorThatOutlivesItsPointsCanBeLiftedToo) {
  const std::string old = "facts { id: 'c' indicator: 'C3' case: 'CONNECTED' end: 0 ";
  EXPECT_THAT(Offered(old + "}"), ElementsAre("MITIGATE M8 c 30000"));
  EXPECT_THAT(Offered(old + "mitigations { id: 'M8' state: MITIGATION_STATE_CLAIMED } }"),
              ElementsAre("VERIFY M8 c 30000"));
}

// The input in which it was done.
v1::ScoringInput Done(v1::ScoringInput input, const v1::Reduction& reduction) {
  const std::set<std::string> ids(reduction.facts().begin(), reduction.facts().end());
  if (reduction.kind() == v1::REDUCTION_KIND_FILE_RECORDS) input.clear_coverage();
  for (v1::Fact& fact : *input.mutable_facts()) {
    if (!ids.contains(fact.id())) continue;
    if (reduction.kind() == v1::REDUCTION_KIND_END) fact.set_end(input.as_of());
    if (reduction.kind() == v1::REDUCTION_KIND_VERIFY) {
      for (v1::MitigationClaim& claim : *fact.mutable_mitigations()) {
        if (claim.id() == reduction.mitigation() && ReferenceOf(fact, claim) == reduction.ref()) {
          claim.set_state(v1::MITIGATION_STATE_VERIFIED);
        }
      }
    }
    if (reduction.kind() == v1::REDUCTION_KIND_MITIGATE) {
      v1::MitigationClaim& claim = *fact.add_mitigations();
      claim.set_id(reduction.mitigation());
      claim.set_state(v1::MITIGATION_STATE_VERIFIED);
      claim.set_late(Tl1().FindMitigation(claim.id())->remedy() == v1::REMEDY_AFTERWARDS_AS_LATE);
    }
  }
  return input;
}

RC_GTEST_PROP(ReductionsProperty, ADropIsWhatTheScoreFallsByWhenItIsDone, ()) {
  const v1::ScoringInput input = AnyInput();
  const v1::Assessment now = Score(input);
  for (const v1::Reduction& reduction : now.reductions()) {
    const v1::Assessment then = Score(Done(input, reduction));
    RC_ASSERT(now.r() - then.r() == reduction.drop());
    RC_ASSERT(now.uncapped() - then.uncapped() == reduction.uncapped_drop());
  }
}

// Every remedy on every fact, tried out one by one.
RC_GTEST_PROP(ReductionsProperty, NothingThatCanBeDoneLowersItMore, ()) {
  const v1::ScoringInput input = AnyInput();
  const v1::Assessment now = Score(input);
  std::int64_t best = 0;
  for (const v1::Fact& fact : input.facts()) {
    for (const auto& [id, factor] : Tl1().Find(fact.indicator())->factors) {
      const auto& mitigation = *Tl1().FindMitigation(id);
      const bool always = mitigation.remedy() != v1::REMEDY_BEFORE_ONLY &&
                          mitigation.within_days() + mitigation.within_working_days() == 0;
      const bool claimed =
          std::ranges::any_of(fact.mitigations(), [&](const auto& one) { return one.id() == id; });
      if (!always || claimed) continue;
      v1::Reduction reduction;
      reduction.set_kind(v1::REDUCTION_KIND_MITIGATE);
      reduction.set_mitigation(std::string(id));
      reduction.add_facts(fact.id());
      best = std::max(best, now.r() - Score(Done(input, reduction)).r());
    }
  }
  const std::int64_t offered = now.reductions().empty() ? 0 : now.reductions(0).drop();
  RC_ASSERT(offered >= best);
  for (int i = 1; i < now.reductions_size(); ++i) {
    RC_ASSERT(now.reductions(i).drop() <= now.reductions(i - 1).drop());
  }
}

}  // namespace
}  // namespace twinledger::risk
