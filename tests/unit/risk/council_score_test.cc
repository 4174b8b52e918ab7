#include "risk/domain/council_score.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "risk/domain/canonical_json.h"
#include "tests/unit/risk/scoring.h"

namespace twinledger::risk {
namespace {

using testing::ElementsAre;

Scored With(const std::string& id, v1::Band band, std::int64_t r, std::int64_t uncapped) {
  Scored scored{ScoredId(id), {}};
  scored.assessment.set_band(band);
  scored.assessment.set_r(r);
  scored.assessment.set_uncapped(uncapped);
  return scored;
}

TEST(CouncilScoreTest, IsTheHighestOfItsRelationships) {
  const std::vector<Scored> all{With("d", v1::BAND_SEVERE, 10, 99), With("c", v1::BAND_HIGH, 20, 5),
                                With("b", v1::BAND_HIGH, 20, 7), With("a", v1::BAND_HIGH, 20, 7)};
  EXPECT_EQ(HighestOf(all).id.value(), "a");
  EXPECT_EQ(HighestOf(std::span(all).first(2)).id.value(), "c");
}

TEST(CouncilScoreTest, WorkIsSortedByBandFirst) {
  std::vector<Scored> all{With("b", v1::BAND_HIGH, 20, 7), With("c", v1::BAND_HIGH, 20, 9),
                          With("a", v1::BAND_HIGH, 20, 7), With("d", v1::BAND_SEVERE, 10, 0)};
  SortForWork(all);
  std::vector<std::string> ids;
  for (const Scored& one : all) ids.push_back(one.id.value());
  EXPECT_THAT(ids, ElementsAre("d", "c", "a", "b"));
}

TEST(CouncilScoreTest, AssuranceIsOverEachFactOnce) {
  const v1::ScoringInput council =
      Input("overdue_actions: 1 facts { id: 'return' indicator: 'H3' case: 'HIT' }");
  const std::vector<v1::ScoringInput> relationships{
      Input("facts { id: 'return' indicator: 'H3' case: 'HIT' }"
            "facts { id: 'a' indicator: 'H4' case: 'HIT' end: 20634 } overdue_actions: 1"),
      Input("facts { id: 'return' indicator: 'H3' case: 'HIT' }"
            "facts { id: 'b' indicator: 'H4' case: 'HIT' end: 20634 }")};
  const auto whole = UnionOfFacts(council, relationships);
  ASSERT_TRUE(whole.ok());
  EXPECT_EQ(whole->facts_size(), 3);
  const v1::AssuranceSum sum = Assess(*whole, Tl1())->assurance();
  EXPECT_EQ(sum.transparency(), 4000 + 6000 + 2000);
  EXPECT_EQ(sum.a(), 100'000 - 3 * 12'000 - 3000);
}

TEST(CouncilScoreTest, WhatIsNotKnownOfARelationshipIsNotKnownOfItsCouncil) {
  const v1::ScoringInput council = Input(
      "outcomes { indicator: 'A1' outcome: OUTCOME_NO_HIT }"
      "outcomes { indicator: 'B1' outcome: OUTCOME_NO_HIT }");
  const v1::ScoringInput unknown = Input(
      "outcomes { indicator: 'A1' outcome: OUTCOME_UNKNOWN event: 'gift' }"
      "outcomes { indicator: 'B1' outcome: OUTCOME_NO_HIT }");
  const auto whole = UnionOfFacts(council, std::vector{unknown, unknown});
  ASSERT_TRUE(whole.ok());
  const v1::ScoringInput expected = Input(
      "outcomes { indicator: 'A1' outcome: OUTCOME_UNKNOWN event: 'gift' }"
      "outcomes { indicator: 'B1' outcome: OUTCOME_NO_HIT }");
  EXPECT_EQ(CanonicalJson(*whole), CanonicalJson(expected));
}

TEST(CouncilScoreTest, OneIdForTwoFactsIsRefused) {
  const std::vector<v1::ScoringInput> relationships{
      Input("facts { id: 'a' indicator: 'H4' case: 'HIT' end: 20634 }"),
      Input("facts { id: 'a' indicator: 'H4' case: 'HIT' end: 20633 }")};
  const auto whole = UnionOfFacts(Input(""), relationships);
  ASSERT_FALSE(whole.ok());
  EXPECT_THAT(whole.error().violations[0].description, testing::HasSubstr("'a' stands for two"));
}

}  // namespace
}  // namespace twinledger::risk
