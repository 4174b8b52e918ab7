// What people read of scores, through a server: computed at the cut that they ask for.
#include "tests/integration/reporting/reporting_server.h"

namespace twinledger::reporting {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;

class ScoresTest : public ReportingTest {
 protected:
  // So many dollars that the mayor of the council kept.
  eng::Record KeepGift(const std::string& council, int dollars) {
    return Submit(
        absl::Substitute("relationship: '$0' gift { direction: GIFT_DIRECTION_OFFERED_TO_COUNCIL "
                         "recipient { office: 'mayor' } donor { principal_id: '$1' } kind: "
                         "GIFT_KIND_ART description: 'a vase' value { cents: $2 currency: 'NZD' } "
                         "offered_on { year: 2026 month: 5 day: 1 } disposition: "
                         "GIFT_DISPOSITION_RETAINED }",
                         RelationshipOf(council), kDonor, dollars * 100),
        council + "/officer/maker");
  }
};

std::vector<std::string> CouncilsOf(const v1::ListWorkQueueResponse& queue) {
  std::vector<std::string> councils;
  for (const auto& one : queue.relationships()) councils.push_back(one.council().substr(9));
  return councils;
}

TEST_F(ScoresTest, TheWorkQueueHasTheWorstOnTopWithItsLines) {
  KeepGift("hutt-city", 300);
  KeepGift("nelson-city", 3000);
  const v1::ListWorkQueueResponse queue = WorkQueue(kAgency);
  EXPECT_THAT(CouncilsOf(queue), ElementsAre("nelson-city", "hutt-city"));
  const v1::RelationshipStanding& first = queue.relationships(0);
  EXPECT_EQ(first.partner_display_name(), "Minoh");
  EXPECT_EQ(first.status(), reg::RELATIONSHIP_STATUS_ACTIVE);
  EXPECT_GT(first.r(), queue.relationships(1).r());
  ASSERT_THAT(first.top_lines(), Not(IsEmpty()));
  EXPECT_FALSE(first.has_change());  // It is recorded since today.
  EXPECT_THAT(first.sources(), IsEmpty());
  EXPECT_EQ(queue.scoring().rule_set_id(), "TL-1");
  EXPECT_THAT(queue.scoring().rule_set_digest(), MatchesRegex("[0-9a-f]+"));

  // A receipt's band comes before R.
  receipts_.Record("hutt-city",
                   {testing::Parsed<risk::events::v1::RiskEvent>(
                       "assessment_recorded { council_id: 'hutt-city' relationship_id: '" +
                       kRelationship + "' r: 40000 band: BAND_ELEVATED }")});
  EXPECT_THAT(CouncilsOf(WorkQueue(kAgency)), ElementsAre("hutt-city", "nelson-city"));
  EXPECT_THAT(CouncilsOf(WorkQueue(kAgency, "filter: 'band = ELEVATED'")),
              ElementsAre("hutt-city"));
  EXPECT_THAT(CouncilsOf(WorkQueue(kAgency, "order_by: 'r desc'")),
              ElementsAre("nelson-city", "hutt-city"));
  EXPECT_THAT(CouncilsOf(WorkQueue(kOfficer)), ElementsAre("hutt-city"));
}

TEST_F(ScoresTest, AnROfZeroIsFilteredAndOrderedByAsAnyOther) {
  KeepGift("nelson-city", 3000);  // hutt-city has nothing, and R 0.
  EXPECT_THAT(CouncilsOf(WorkQueue(kAgency, "filter: 'r = 0'")), ElementsAre("hutt-city"));
  EXPECT_THAT(CouncilsOf(WorkQueue(kAgency, "filter: 'r < 1000'")), ElementsAre("hutt-city"));
  EXPECT_THAT(CouncilsOf(WorkQueue(kAgency, "order_by: 'r'")),
              ElementsAre("hutt-city", "nelson-city"));
}

TEST_F(ScoresTest, PagesOfTheWorkQueueAreOfOneCutWhateverIsRecordedMeanwhile) {
  KeepGift("nelson-city", 3000);
  const v1::ListWorkQueueResponse first = WorkQueue(kAgency, "page_size: 1");
  EXPECT_THAT(CouncilsOf(first), ElementsAre("nelson-city"));
  ASSERT_NE(first.next_page_token(), "");
  KeepGift("hutt-city", 9000);  // Now it would be first.
  const v1::ListWorkQueueResponse second =
      WorkQueue(kAgency, "page_size: 1 page_token: '" + first.next_page_token() + "'");
  EXPECT_THAT(CouncilsOf(second), ElementsAre("hutt-city"));
  EXPECT_EQ(second.relationships(0).r(), 0);
  EXPECT_EQ(second.next_page_token(), "");
  EXPECT_EQ(second.scoring().DebugString(), first.scoring().DebugString());
}

TEST_F(ScoresTest, APastCutIsScoredByWhatWasKnownThen) {
  KeepGift("hutt-city", 800);
  const v1::ListWorkQueueResponse then = WorkQueue(kAgency, "explain: true");
  const v1::GetScorecardResponse card_then = Scorecard(kAgency, "hutt-city");
  KeepGift("hutt-city", 5000);
  EXPECT_GT(WorkQueue(kAgency).relationships(0).r(), then.relationships(0).r());
  v1::ListWorkQueueRequest queue;
  queue.set_parent("councils/-");
  queue.set_explain(true);
  *queue.mutable_read_options()->mutable_as_of()->mutable_positions() =
      then.read_position().positions();
  EXPECT_EQ(Ask<v1::ListWorkQueueResponse>(kAgency, "ListWorkQueue", queue).DebugString(),
            then.DebugString());
  v1::GetScorecardRequest card;
  card.set_name("councils/hutt-city");
  *card.mutable_read_options()->mutable_as_of()->mutable_positions() =
      card_then.read_position().positions();
  EXPECT_EQ(Ask<v1::GetScorecardResponse>(kAgency, "GetScorecard", card).DebugString(),
            card_then.DebugString());
  // Before anything was recorded there was no council.
  card.mutable_read_options()->mutable_as_of()->mutable_time()->set_seconds(1'600'000'000);
  EXPECT_EQ(Refused<v1::GetScorecardResponse>(kAgency, "GetScorecard", card).code, Code::kNotFound);
  v1::GetOverviewRequest overview;
  overview.set_parent("councils/-");
  overview.mutable_read_options()->mutable_as_of()->mutable_time()->set_seconds(1'600'000'000);
  const auto empty = Ask<v1::GetOverviewResponse>(kAgency, "GetOverview", overview);
  EXPECT_EQ(empty.overview().relationships(), 0);
  EXPECT_EQ(empty.scoring().as_of().ShortDebugString(), "year: 2020 month: 9 day: 14");
}

TEST_F(ScoresTest, AnOverviewCountsWhatTheCallerMaySee) {
  KeepGift("nelson-city", 800);
  const v1::Overview country = Overview(kAgency).overview();
  EXPECT_EQ(country.councils(), 2);
  EXPECT_EQ(country.relationships(), 2);
  EXPECT_EQ(country.councils_with_records(), 1);
  EXPECT_FALSE(country.has_returns_expected());
  const v1::Overview own = Overview(kOfficer).overview();
  EXPECT_EQ(own.councils(), 1);
  EXPECT_EQ(own.councils_with_records(), 0);
  EXPECT_EQ(Overview(kAgency, "parent: 'councils/nelson-city'").overview().councils_with_records(),
            1);
}

TEST_F(ScoresTest, AScorecardSaysWhatToFixFirstAndWhatItRestsOn) {
  const eng::Record gift = KeepGift("hutt-city", 800);
  const v1::Scorecard card = Scorecard(kOfficer, "hutt-city", "explain: true").scorecard();
  EXPECT_EQ(card.council_display_name(), "Council of hutt-city");
  EXPECT_EQ(card.highest_relationship(), RelationshipOf("hutt-city"));
  EXPECT_EQ(card.last_activity().month(), 5);
  ASSERT_THAT(card.relationships(), SizeIs(1));
  const v1::RelationshipStanding& one = card.relationships(0);
  EXPECT_EQ(card.r(), one.r());
  ASSERT_THAT(one.actions(), Not(IsEmpty()));
  EXPECT_GT(one.actions(0).drop(), 0);
  EXPECT_THAT(one.actions(0).records(), Contains(gift.name()));
  std::string explained;
  for (const v1::Source& source : one.sources()) {
    explained += source.field() + " ";
    for (const std::string& event : source.events()) {
      EXPECT_THAT(event, MatchesRegex("(registry|engagement)/[0-9]+/[0-9]+"));
    }
  }
  EXPECT_EQ(explained, "status last_activity r ");
  EXPECT_THAT(Scorecard(kOfficer, "hutt-city").scorecard().sources(), IsEmpty());
}

TEST_F(ScoresTest, ARestartGivesTheSameScores) {
  KeepGift("hutt-city", 800);
  const auto all = [&] {
    return Overview(kAgency, "explain: true").DebugString() +
           WorkQueue(kAgency, "explain: true").DebugString() +
           Scorecard(kAgency, "hutt-city", "explain: true").DebugString();
  };
  const std::string before = all();
  server_.Restart();
  EXPECT_EQ(all(), before);
}

}  // namespace
}  // namespace twinledger::reporting
