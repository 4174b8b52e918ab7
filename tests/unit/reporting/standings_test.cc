#include "reporting/scores/standings.h"

#include <gmock/gmock.h>

#include "tests/unit/reporting/scored_ledger.h"

namespace twinledger::reporting {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::string Receipt(int r, const std::string& band) {
  return absl::Substitute(
      "assessment_recorded { council_id: 'hutt-city' relationship_id: 'r1' r: $0 band: BAND_$1 }",
      r, band);
}

TEST(StandingsTest, ARelationshipHasItsLineOfTheRegisterAndItsScore) {
  ScoredLedger ledger;
  ledger.AddCouncil("hutt-city");
  ledger.Register("partner_registered { partner_id: 'p9' fields { display_name: 'Minoh' } }",
                  "partner/p9");
  ledger.AddRelationship("hutt-city", "r1",
                         "kind: RELATIONSHIP_KIND_SISTER_CITY status: RELATIONSHIP_STATUS_ACTIVE "
                         "since { year: 1994 } next_review_due { year: 2025 month: 6 }");
  ledger.AddGift("hutt-city", "e1", "r1", 800);
  const CouncilStandings standings = ledger.Standings("hutt-city");
  ASSERT_THAT(standings.relationships, SizeIs(1));
  const v1::RelationshipStanding& one = standings.relationships.front();
  EXPECT_EQ(one.name(), "councils/hutt-city/relationships/r1");
  EXPECT_EQ(one.council_display_name(), "Council of hutt-city");
  EXPECT_EQ(one.partner_display_name(), "Minoh");
  EXPECT_EQ(one.since().year(), 1994);
  EXPECT_EQ(one.last_activity().ShortDebugString(), "year: 2026 month: 1 day: 1");
  EXPECT_GT(one.r(), 0);
  EXPECT_EQ(one.band(), risk::v1::BAND_BASELINE);
  ASSERT_THAT(one.top_lines(), Not(IsEmpty()));
  EXPECT_EQ(one.top_lines(0).indicator(), "A1");
  EXPECT_NE(one.top_lines(0).text(), "");
  EXPECT_THAT(one.top_lines(0).records(), ::testing::ElementsAre("councils/hutt-city/records/e1"));
  // Nobody has recorded what the council is to file.
  EXPECT_EQ(one.records(), risk::v1::RECORDS_UNSPECIFIED);
  ASSERT_THAT(one.overdue(), SizeIs(1));
  EXPECT_EQ(one.overdue(0).due().month(), 6);
  EXPECT_TRUE(standings.has_records);
}

TEST(StandingsTest, EveryActionSaysWhatItLowersAndWhichRecordsItIsAbout) {
  ScoredLedger ledger;
  ledger.AddCouncil("hutt-city");
  ledger.AddRelationship("hutt-city", "r1");
  ledger.AddGift("hutt-city", "e1", "r1", 800);
  const CouncilStandings standings = ledger.Standings("hutt-city");
  ASSERT_THAT(standings.relationships.front().actions(), Not(IsEmpty()));
  const v1::StandingAction& action = standings.relationships.front().actions(0);
  EXPECT_GT(action.drop(), 0);
  EXPECT_NE(action.text(), "");
  EXPECT_THAT(action.records(), ::testing::ElementsAre("councils/hutt-city/records/e1"));
}

TEST(StandingsTest, TheChangeIsAgainstWhatWasKnownThirtyDaysBefore) {
  ScoredLedger ledger;
  ledger.AddCouncil("hutt-city");
  ledger.AddRelationship("hutt-city", "r1");
  const store::Cut before = ledger.tips();
  ledger.SkipDays(kChangeDays);
  EXPECT_EQ(ledger.Standings("hutt-city", before).relationships.front().change(), 0);
  EXPECT_TRUE(ledger.Standings("hutt-city", before).relationships.front().has_change());
  ledger.AddGift("hutt-city", "e1", "r1", 800);
  const v1::RelationshipStanding rose = ledger.Standings("hutt-city", before).relationships.front();
  EXPECT_EQ(rose.change(), rose.r());
  EXPECT_GT(rose.r(), 0);
  // What the registry did not know then has no change, which is not none.
  EXPECT_FALSE(ledger.Standings("hutt-city").relationships.front().has_change());
}

TEST(StandingsTest, TheBandIsThatOfTheNewestReceiptWhateverTheDaysBring) {
  ScoredLedger ledger;
  ledger.AddCouncil("hutt-city");
  ledger.AddRelationship("hutt-city", "r1");
  ledger.Score(Receipt(31'000, "ELEVATED"));
  const v1::RelationshipStanding one = ledger.Standings("hutt-city").relationships.front();
  EXPECT_EQ(one.r(), 0);
  EXPECT_EQ(one.band(), risk::v1::BAND_ELEVATED);
  EXPECT_EQ(one.band_level(), 3);
  const auto source = std::ranges::find(one.sources(), "band", &v1::Source::field);
  ASSERT_NE(source, one.sources().end());
  EXPECT_THAT(source->events(0), ::testing::MatchesRegex("risk/[0-9]+/1.0"));
}

TEST(StandingsTest, RNamesTheCommitsThatItsLinesAreMadeOf) {
  ScoredLedger ledger;
  ledger.AddCouncil("hutt-city");
  ledger.AddRelationship("hutt-city", "r1");
  ledger.AddRelationship("hutt-city", "r2");
  ledger.AddGift("hutt-city", "e1", "r1", 800);
  ledger.AddGift("hutt-city", "e2", "r2", 900);
  const CouncilStandings standings = ledger.Standings("hutt-city");
  for (const v1::RelationshipStanding& one : standings.relationships) {
    const auto source = std::ranges::find(one.sources(), "r", &v1::Source::field);
    ASSERT_NE(source, one.sources().end());
    EXPECT_EQ(source->event_count(), 1);
    const std::string sequence = one.name().ends_with("r1") ? "1" : "2";
    EXPECT_THAT(source->events(0), ::testing::EndsWith("/" + sequence));
  }
}

TEST(StandingsTest, WhatLiesAheadOrWasTakenBackIsNoActivity) {
  ScoredLedger ledger;
  ledger.AddCouncil("hutt-city");
  ledger.AddRelationship("hutt-city", "r1");
  ledger.Engage(
      "record_submitted { council_id: 'hutt-city' record_id: 'e1' fields { relationship_id: 'r1' "
      "occur_date { year: 2030 } delegation {} } }");
  ledger.AddGift("hutt-city", "e2", "r1", 10);
  ledger.Engage("record_retracted { council_id: 'hutt-city' record_id: 'e2' }");
  const v1::RelationshipStanding waits = ledger.Standings("hutt-city").relationships.front();
  EXPECT_TRUE(waits.has_last_activity()) << "it counts until a second person has confirmed it";
  EXPECT_THAT(waits.pending_retractions(), ::testing::ElementsAre("councils/hutt-city/records/e2"));
  EXPECT_EQ(waits.pending_retraction_count(), 1);
  ledger.Engage("record_verified { council_id: 'hutt-city' record_id: 'e2' }");
  EXPECT_THAT(ledger.Standings("hutt-city").relationships.front().pending_retractions(),
              ::testing::IsEmpty());
  EXPECT_FALSE(ledger.Standings("hutt-city").relationships.front().has_last_activity());
}

TEST(StandingsTest, ADayEndsAtNoonOfUtc) {
  EXPECT_EQ(risk::DayOf(EndOf(20'454)), 20'454);
  EXPECT_EQ(risk::DayOf(EndOf(20'454) + std::chrono::microseconds(1)), 20'455);
  EXPECT_EQ(fields::ToText(DateOf(20'454)), "2026-01-01");
}

TEST(StandingsTest, ACouncilThatIsNotRegisteredIsNotFound) {
  const ScoredLedger ledger;
  ledger.At({}, [](const Moment& at) {
    Names names(at.rows);
    const auto standings = StandingsOf(at, CouncilId("nowhere"), names);
    ASSERT_FALSE(standings.ok());
    EXPECT_EQ(standings.error().code, Code::kNotFound);
  });
}

}  // namespace
}  // namespace twinledger::reporting
