// Reports of what was recorded, through a server.
#include "tests/integration/reporting/reporting_server.h"

namespace twinledger::reporting {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string Under(const std::string& council) {
  return "relationship: '" + RelationshipOf(council) + "'";
}

std::vector<std::string> SummariesOf(const v1::ListTimelineResponse& timeline) {
  std::vector<std::string> summaries;
  for (const v1::TimelineEntry& entry : timeline.entries()) summaries.push_back(entry.summary());
  return summaries;
}

risk::events::v1::RiskEvent Scored(const std::string& kind, const std::string& content) {
  return testing::Parsed<risk::events::v1::RiskEvent>(kind + " { council_id: 'hutt-city' " +
                                                      "relationship_id: '" + kRelationship + "' " +
                                                      content + " }");
}

TEST_F(ReportingTest, ATimelineHoldsAllThatIsRecordedOfARelationshipNewestFirst) {
  const eng::Record gift = Submit(Gift(1, "", Under("hutt-city")));
  eng::VerifyRecordRequest verify;
  verify.set_name(gift.name());
  verify.set_etag(gift.etag());
  verify.set_request_id(NextId());
  Engage<eng::VerifyRecordResponse>("hutt-city/officer/checker", "VerifyRecord", verify);
  receipts_.Record(
      "hutt-city",
      {Scored("assessment_recorded", "r: 16000 a: 97000 band: BAND_GUARDED"),
       Scored("alert_opened",
              "alert_id: 'x' from_band: BAND_BASELINE to_band: BAND_GUARDED r: 16000")});

  const v1::ListTimelineResponse timeline = Timeline(kAgency, "hutt-city");
  EXPECT_THAT(SummariesOf(timeline),
              ElementsAre("alert: BASELINE to GUARDED, R 16.000", "R 16.000, GUARDED; A 97.000",
                          "gift verified by a second person",
                          "gift offered: ART, to mayor, NZD 800.00, DECLINED",
                          "relationship recorded as ACTIVE"));
  const v1::TimelineEntry& submitted = timeline.entries(3);
  EXPECT_THAT(submitted.event(), ::testing::MatchesRegex("engagement/[0-9]+/[0-9]+"));
  EXPECT_EQ(submitted.record(), gift.name());
  EXPECT_EQ(submitted.actor(), "council/hutt-city/officer/maker");
  EXPECT_EQ(submitted.occur_date().month(), 5);
  EXPECT_EQ(timeline.entries(4).occur_date().ShortDebugString(), "year: 1994");
  EXPECT_EQ(timeline.entries(0).r(), 16000);
}

TEST_F(ReportingTest, ARecordThatIsMovedIsToldWhereItCameAndWhereItLeft) {
  const eng::Record gift = Submit(Gift(1));
  const auto move_to = [this](const eng::Record& record, const std::string& relationship) {
    eng::AmendRecordRequest amend;
    amend.mutable_record()->set_name(record.name());
    amend.set_etag(record.etag());
    amend.mutable_record()->set_relationship(relationship);
    amend.mutable_update_mask()->add_paths("relationship");
    amend.set_reason("a canary");
    amend.set_request_id(NextId());
    return Engage<eng::AmendRecordResponse>(kOfficer, "AmendRecord", amend).record();
  };
  const eng::Record here = move_to(gift, RelationshipOf("hutt-city"));
  const v1::TimelineEntry came = Timeline(kAgency, "hutt-city").entries(0);
  EXPECT_EQ(came.summary(), "moved here: gift offered: ART, to mayor, NZD 800.00, DECLINED");
  EXPECT_EQ(came.occur_date().ShortDebugString(), "year: 2026 month: 5 day: 1");
  move_to(here, "");
  const v1::TimelineEntry left = Timeline(kAgency, "hutt-city").entries(0);
  EXPECT_EQ(left.summary(), "moved away: gift offered: ART, to mayor, NZD 800.00, DECLINED");
  EXPECT_EQ(left.record(), gift.name());
  EXPECT_EQ(left.occur_date().month(), 5);
}

TEST_F(ReportingTest, PagesOfATimelineAreOfOneCutWhateverIsRecordedMeanwhile) {
  for (int day = 1; day <= 3; ++day) Submit(Gift(day, "", Under("hutt-city")));
  const std::vector<std::string> whole = SummariesOf(Timeline(kAgency, "hutt-city"));
  ASSERT_THAT(whole, SizeIs(4));
  std::vector<std::string> paged;
  auto page = Timeline(kAgency, "hutt-city", "page_size: 1");
  for (;;) {
    paged.insert(paged.end(), page.entries().size() ? page.entries(0).summary() : "none");
    if (page.next_page_token().empty()) break;
    Submit(Gift(9, "", Under("hutt-city")));
    page =
        Timeline(kAgency, "hutt-city", "page_size: 1 page_token: '" + page.next_page_token() + "'");
  }
  EXPECT_EQ(paged, whole);
}

TEST_F(ReportingTest, APastCutShowsWhatWasKnownThen) {
  Submit(Gift(1, "", Under("hutt-city")));
  const v1::ListTimelineResponse then = Timeline(kAgency, "hutt-city");
  const v1::ListGiftRegisterResponse gifts_then = Gifts(kAgency);
  Submit(Gift(2, "", Under("hutt-city")));
  v1::ListTimelineRequest timeline;
  timeline.set_name(RelationshipOf("hutt-city"));
  *timeline.mutable_read_options()->mutable_as_of()->mutable_positions() =
      then.read_position().positions();
  EXPECT_EQ(Ask<v1::ListTimelineResponse>(kAgency, "ListTimeline", timeline).DebugString(),
            then.DebugString());
  v1::ListGiftRegisterRequest gifts;
  gifts.set_parent("councils/-");
  *gifts.mutable_read_options()->mutable_as_of()->mutable_positions() =
      gifts_then.read_position().positions();
  EXPECT_EQ(Ask<v1::ListGiftRegisterResponse>(kAgency, "ListGiftRegister", gifts).DebugString(),
            gifts_then.DebugString());

  v1::ListTimelineRequest before;
  before.set_name(RelationshipOf("hutt-city"));
  before.mutable_read_options()->mutable_as_of()->mutable_time()->set_seconds(1'600'000'000);
  EXPECT_EQ(Refused<v1::ListTimelineResponse>(kAgency, "ListTimeline", before).code,
            Code::kNotFound);
}

TEST_F(ReportingTest, TheRegisterHoldsGiftsAndHospitalityAlsoDeclinedNewestFirst) {
  Submit(Gift(1, "decided_on { year: 2026 month: 5 day: 3 } approver_office: 'chief-executive'",
              Under("hutt-city")));
  Submit(
      "occur_date { year: 2026 month: 6 } hospitality { host { principal_id: '" + kPerson +
      "' } guests { office: 'mayor' } guests { office: 'member-2' } kind: "
      "HOSPITALITY_KIND_MEAL place: 'Canary Wharf' value_per_person { cents: 5000 currency: "
      "'JPY' nzd_cents: 60 rate_date { year: 2026 month: 6 day: 1 } } accepted: TRI_STATE_YES }");
  Submit("travel { traveller { office: 'mayor' } purpose: 'a fair' depart_on { year: 2026 } }");
  const v1::ListGiftRegisterResponse gifts = Gifts(kAgency);
  ASSERT_THAT(gifts.rows(), SizeIs(2));
  const v1::GiftRegisterRow& meal = gifts.rows(0);
  EXPECT_EQ(meal.donor(), "principals/" + kPerson);
  EXPECT_EQ(meal.recipient(), "mayor; member-2");
  EXPECT_EQ(meal.value_cents(), 60);
  EXPECT_EQ(meal.decision(), v1::GIFT_DECISION_ACCEPTED);
  EXPECT_FALSE(meal.reason_withheld());
  const v1::GiftRegisterRow& gift = gifts.rows(1);
  EXPECT_EQ(gift.donor(), "Minoh Port");
  EXPECT_EQ(gift.recipient(), "mayor");
  EXPECT_EQ(gift.council_display_name(), "Council of hutt-city");
  EXPECT_EQ(gift.gift_kind(), eng::GIFT_KIND_ART);
  EXPECT_EQ(gift.value_cents(), 80000);
  EXPECT_EQ(gift.decision(), v1::GIFT_DECISION_DECLINED);
  EXPECT_EQ(gift.decided_by(), "chief-executive");
  EXPECT_EQ(gift.decided_on().day(), 3);
  EXPECT_TRUE(gift.reason_withheld());
  EXPECT_THAT(gift.event(), HasSubstr("engagement/"));
}

TEST_F(ReportingTest, TheRegisterIsOfACouncilAndAPeriodAndOfWhatAFilterSays) {
  Submit(Gift(1));
  Submit(Gift(20));
  Submit(Gift(5), "nelson-city/officer/maker");
  const auto days = [&](const std::string& options) {
    std::vector<int> found;
    const v1::ListGiftRegisterResponse gifts = Gifts(kAgency, options);
    for (const auto& row : gifts.rows()) found.push_back(row.offered_on().day());
    return found;
  };
  EXPECT_THAT(days(""), ElementsAre(20, 5, 1));
  EXPECT_THAT(days("parent: 'councils/hutt-city'"), ElementsAre(20, 1));
  EXPECT_THAT(days("offered_from { year: 2026 month: 5 day: 5 }"), ElementsAre(20, 5));
  EXPECT_THAT(days("offered_to { year: 2026 month: 5 day: 5 }"), ElementsAre(5, 1));
  EXPECT_THAT(days("offered_from { year: 2027 }"), IsEmpty());
  EXPECT_THAT(days("filter: 'decision = DECLINED AND council = \"councils/nelson-city\"'"),
              ElementsAre(5));
  EXPECT_THAT(days("order_by: 'offered_on'"), ElementsAre(1, 5, 20));
  EXPECT_THAT(days("page_size: 2"), ElementsAre(20, 5));
  v1::ListGiftRegisterRequest wrong;
  wrong.set_parent("hutt-city");
  wrong.mutable_offered_from()->set_month(5);
  EXPECT_THAT(Refused<v1::ListGiftRegisterResponse>(kAgency, "ListGiftRegister", wrong).violations,
              SizeIs(2));
  v1::ListGiftRegisterRequest backwards;
  backwards.set_parent("councils/-");
  backwards.mutable_offered_from()->set_year(2026);
  backwards.mutable_offered_to()->set_year(2025);
  EXPECT_THAT(
      Refused<v1::ListGiftRegisterResponse>(kAgency, "ListGiftRegister", backwards).violations,
      SizeIs(1));
}

TEST_F(ReportingTest, WhatIsTakenBackLeavesTheRegisterAndStaysInTheTimeline) {
  const eng::Record gift = Submit(Gift(1, "", Under("hutt-city")));
  eng::RetractRecordRequest retract;
  retract.set_name(gift.name());
  retract.set_etag(gift.etag());
  retract.set_reason("a canary");
  retract.set_request_id(NextId());
  const eng::Record waits =
      Engage<eng::RetractRecordResponse>(kOfficer, "RetractRecord", retract).record();
  ASSERT_THAT(Gifts(kAgency).rows(), SizeIs(1));
  EXPECT_EQ(Gifts(kAgency).rows(0).state(), eng::RECORD_STATE_RETRACTION_PENDING);
  EXPECT_EQ(SummariesOf(Timeline(kAgency, "hutt-city")).front(),
            "gift retracted, which awaits a second person");
  eng::VerifyRecordRequest verify;
  verify.set_name(waits.name());
  verify.set_etag(waits.etag());
  verify.set_request_id(NextId());
  Engage<eng::VerifyRecordResponse>("hutt-city/approver/checker", "VerifyRecord", verify);
  EXPECT_THAT(Gifts(kAgency).rows(), IsEmpty());
  EXPECT_EQ(SummariesOf(Timeline(kAgency, "hutt-city")).front(),
            "gift counts no more: a second person confirmed its retraction");
}

TEST_F(ReportingTest, WhatItsReleaseClassKeepsFromTheReaderIsCountedWithItsGround) {
  Submit(Gift(1, "", "release_class: RELEASE_CLASS_PUBLIC"));
  Submit(Gift(2));
  Submit(Gift(3, "", "release_class: RELEASE_CLASS_AGENCY"));
  const auto seen = [&](const std::string& account, const std::string& options = "") {
    const v1::ListGiftRegisterResponse gifts = Gifts(account, options);
    std::string text = fmt::format("{} rows", gifts.rows_size());
    for (const v1::Withheld& withheld : gifts.withheld()) {
      text += fmt::format(", {} {}", withheld.count(),
                          eng::ReleaseClass_Name(withheld.release_class()).substr(14));
    }
    return text;
  };
  EXPECT_EQ(seen(kAgency), "3 rows");
  EXPECT_EQ(seen("auditor"), "3 rows");
  EXPECT_EQ(seen(kOfficer), "2 rows, 1 AGENCY");
  EXPECT_EQ(seen("rule-author"), "1 rows, 1 COUNCIL_AND_AGENCY, 1 AGENCY");
  EXPECT_EQ(seen(kAgency, "audience: RELEASE_CLASS_PUBLIC"),
            "1 rows, 1 COUNCIL_AND_AGENCY, 1 AGENCY");
  EXPECT_EQ(seen(kOfficer, "audience: RELEASE_CLASS_AGENCY"), "2 rows, 1 AGENCY");
  // Neither a filter nor a page beyond the first tells anything of what is withheld.
  EXPECT_EQ(seen("rule-author", "filter: 'offered_on = \"2026-05-03\"'"),
            "0 rows, 1 COUNCIL_AND_AGENCY, 1 AGENCY");
}

TEST_F(ReportingTest, ARestartGivesTheSameAnswers) {
  Submit(Gift(1, "", Under("hutt-city")));
  const std::string before =
      Timeline(kAgency, "hutt-city").DebugString() + Gifts(kAgency).DebugString();
  server_.Restart();
  EXPECT_EQ(Timeline(kAgency, "hutt-city").DebugString() + Gifts(kAgency).DebugString(), before);
}

}  // namespace
}  // namespace twinledger::reporting
