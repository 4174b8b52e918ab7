// Records from their submission to their end, through a server.
#include "tests/integration/engagement/engagement_server.h"

namespace twinledger::engagement {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST_F(EngagementTest, ARecordIsSubmittedReadAndVerifiedByASecondPerson) {
  const v1::Record submitted =
      Submit(kGift + "relationship: 'councils/hutt-city/relationships/" + kRelationship + "'");
  EXPECT_EQ(submitted.state(), v1::RECORD_STATE_SUBMITTED);
  EXPECT_EQ(submitted.gift().description(), "a canary of jade");
  EXPECT_EQ(submitted.gift().value().nzd_cents(), 80000);
  EXPECT_EQ(submitted.occur_date().day(), 1);
  ASSERT_THAT(submitted.mitigations(), SizeIs(1));
  EXPECT_EQ(submitted.mitigations(0).state(), v1::MITIGATION_STATE_CLAIMED);
  EXPECT_EQ(Get(kChecker, submitted.name()).DebugString(), submitted.DebugString());

  EXPECT_EQ(Refused<v1::VerifyRecordResponse>(kMaker, "VerifyRecord",
                                              On<v1::VerifyRecordRequest>(submitted))
                .reason,
            "OWN_RECORD");
  const v1::Record verified =
      Ask<v1::VerifyRecordResponse>(
          kChecker, "VerifyRecord",
          On<v1::VerifyRecordRequest>(submitted, "note: 'seen the canary' evidence { sha256: '" +
                                                     std::string(64, 'a') +
                                                     "' title: 'the register' }"))
          .record();
  EXPECT_EQ(verified.state(), v1::RECORD_STATE_VERIFIED);
  EXPECT_EQ(verified.checker(), "council/hutt-city/officer/checker");
  EXPECT_EQ(verified.check_evidence(0).title(), "the register");
  EXPECT_EQ(verified.reason(), "seen the canary");
  EXPECT_EQ(verified.mitigations(0).state(), v1::MITIGATION_STATE_VERIFIED);
}

TEST_F(EngagementTest, AnApproverOfTheCouncilMayCheckToo) {
  const v1::Record submitted = Submit(kGift);
  EXPECT_EQ(Ask<v1::VerifyRecordResponse>("hutt-city/approver/other", "VerifyRecord",
                                          On<v1::VerifyRecordRequest>(submitted))
                .record()
                .state(),
            v1::RECORD_STATE_VERIFIED);
}

TEST_F(EngagementTest, WhatIsReturnedIsAmendedAndRetractedInTheEnd) {
  const v1::Record submitted = Submit(kGift);
  const v1::Record returned = Ask<v1::ReturnRecordResponse>(
                                  kChecker, "ReturnRecord",
                                  On<v1::ReturnRecordRequest>(submitted, "reason: 'which canary?'"))
                                  .record();
  EXPECT_EQ(returned.state(), v1::RECORD_STATE_RETURNED);
  EXPECT_EQ(Get(kMaker, returned.name()).reason(), "which canary?");

  const v1::Record amended =
      Ask<v1::AmendRecordResponse>(
          kMaker, "AmendRecord",
          Amendment(returned, "marking: MARKING_SENSITIVE gift { description: 'a canary of gold' }",
                    {"marking", "gift.description"}))
          .record();
  EXPECT_EQ(amended.state(), v1::RECORD_STATE_SUBMITTED);
  EXPECT_EQ(amended.marking(), v1::MARKING_SENSITIVE);
  EXPECT_EQ(amended.gift().description(), "a canary of gold");
  EXPECT_EQ(amended.checker(), "");

  const v1::Record retracted =
      Ask<v1::RetractRecordResponse>(
          kMaker, "RetractRecord",
          On<v1::RetractRecordRequest>(amended, "reason: 'it was another council'"))
          .record();
  EXPECT_EQ(retracted.state(), v1::RECORD_STATE_RETRACTION_PENDING);
  EXPECT_EQ(Get(kMaker, retracted.name()).gift().description(), "a canary of gold");
  EXPECT_EQ(Refused<v1::AmendRecordResponse>(kMaker, "AmendRecord",
                                             Amendment(retracted, "", {"gift.asset_number"}))
                .reason,
            "RETRACTION_PENDING");
  EXPECT_THAT(retracted.makers(), ElementsAre("council/hutt-city/officer/maker"));
  EXPECT_EQ(Refused<v1::VerifyRecordResponse>(kMaker, "VerifyRecord",
                                              On<v1::VerifyRecordRequest>(retracted))
                .reason,
            "OWN_RECORD");

  const v1::Record confirmed =
      Ask<v1::VerifyRecordResponse>(kChecker, "VerifyRecord",
                                    On<v1::VerifyRecordRequest>(retracted, "note: 'asked them'"))
          .record();
  EXPECT_EQ(confirmed.state(), v1::RECORD_STATE_RETRACTED);
  EXPECT_EQ(Get(kMaker, confirmed.name()).reason(), "asked them");
  EXPECT_EQ(Refused<v1::AmendRecordResponse>(kMaker, "AmendRecord",
                                             Amendment(confirmed, "", {"gift.asset_number"}))
                .reason,
            "RETRACTED");
}

TEST_F(EngagementTest, ARetractionThatIsReturnedWasNone) {
  const v1::Record verified =
      Ask<v1::VerifyRecordResponse>(kChecker, "VerifyRecord",
                                    On<v1::VerifyRecordRequest>(Submit(kGift)))
          .record();
  const v1::Record retracted =
      Ask<v1::RetractRecordResponse>(kMaker, "RetractRecord",
                                     On<v1::RetractRecordRequest>(verified, "reason: 'mine'"))
          .record();
  const v1::Record returned =
      Ask<v1::ReturnRecordResponse>(kChecker, "ReturnRecord",
                                    On<v1::ReturnRecordRequest>(retracted, "reason: 'it was so'"))
          .record();
  EXPECT_EQ(returned.state(), v1::RECORD_STATE_VERIFIED);
  EXPECT_EQ(returned.checker(), verified.checker());
  EXPECT_EQ(Get(kMaker, returned.name()).reason(), "it was so");
}

TEST_F(EngagementTest, AHistoryShowsWhoChangedWhatAndWhy) {
  const v1::Record submitted = Submit(kGift);
  Ask<v1::AmendRecordResponse>(
      kMaker, "AmendRecord",
      Amendment(submitted, "gift { description: 'a canary of gold' }", {"gift.description"}));
  v1::ListRecordHistoryRequest request;
  request.set_name(submitted.name());
  const auto history = Ask<v1::ListRecordHistoryResponse>(kMaker, "ListRecordHistory", request);
  ASSERT_THAT(history.versions(), SizeIs(2));
  const auto& newest = history.versions(0);
  EXPECT_EQ(newest.actor(), "council/hutt-city/officer/maker");
  EXPECT_EQ(newest.reason(), "the canary sang");
  ASSERT_THAT(newest.changes(), SizeIs(1));
  EXPECT_EQ(newest.changes(0).ShortDebugString(),
            "path: \"gift.description\" before: \"a canary of jade\" after: \"a canary of gold\"");
}

TEST_F(EngagementTest, TheSameSubmissionAgainIsTheSameOrUnchangedAndAnotherContentIsRefused) {
  v1::SubmitRecordRequest request = Submission(kGift);
  const auto first = Ask<v1::SubmitRecordResponse>(kMaker, "SubmitRecord", request);
  const auto again = Ask<v1::SubmitRecordResponse>(kMaker, "SubmitRecord", request);
  EXPECT_EQ(again.DebugString(), first.DebugString());

  request.set_request_id(NextId());
  const auto unchanged = Ask<v1::SubmitRecordResponse>(kMaker, "SubmitRecord", request);
  EXPECT_TRUE(unchanged.receipt().unchanged());
  EXPECT_EQ(unchanged.record().etag(), first.record().etag());

  request.set_request_id(NextId());
  request.mutable_record()->mutable_gift()->set_description("another canary");
  EXPECT_EQ(Refused<v1::SubmitRecordResponse>(kMaker, "SubmitRecord", request).reason,
            "RECORD_EXISTS");
}

TEST_F(EngagementTest, AnAmendmentThatSaysTheSameChangesNothing) {
  const v1::Record submitted = Submit(kGift);
  const auto same = Ask<v1::AmendRecordResponse>(
      kMaker, "AmendRecord",
      Amendment(submitted, "gift { description: 'a canary of jade' }", {"gift.description"}));
  EXPECT_TRUE(same.receipt().unchanged());
  EXPECT_EQ(same.record().etag(), submitted.etag());
}

TEST_F(EngagementTest, EveryKindIsTakenAndGivenBack) {
  const v1::Record travel = Submit(R"pb(travel {
                                          traveller { office: "member-2" }
                                          purpose: "a fair"
                                          depart_on { year: 2026 month: 3 day: 2 }
                                          stops { city: "Minoh" country: "JP" nights: 3 }
                                          cost_lines {
                                            item: COST_ITEM_FARE
                                            amount { cents: 480000 currency: "NZD" }
                                            payer: PAYER_FOREIGN_PUBLIC
                                          }
                                          companions { official_purpose: TRI_STATE_NO }
                                        })pb");
  EXPECT_EQ(travel.kind(), v1::RECORD_KIND_TRAVEL);
  EXPECT_EQ(travel.travel().stops(0).city(), "Minoh");
  const std::string travel_id = travel.name().substr(travel.name().rfind('/') + 1);
  const v1::Record device = Submit(
      "occur_date { year: 2026 month: 3 } device { device_ref: 'L-1' device_class: "
      "DEVICE_CLASS_LOAN travel_record_id: '" +
      travel_id + "' }");
  EXPECT_EQ(device.release_class(), v1::RELEASE_CLASS_AGENCY);
  const v1::Record hospitality = Submit(
      "occur_date { year: 2026 } hospitality { host { office: 'consul' } guests { office: "
      "'mayor' } kind: HOSPITALITY_KIND_MEAL place: 'Canary Wharf' companions: 0 }");
  EXPECT_TRUE(hospitality.hospitality().has_companions());
  const v1::Record delegation = Submit(
      "occur_date { year: 2026 month: 9 } delegation { direction: DELEGATION_DIRECTION_IN "
      "purpose: 'a tour' requested_by: REQUESTED_BY_PARTNER sites { name: 'the port' } "
      "members { person { office: 'vice-mayor' } added_on { year: 2026 } } }");
  EXPECT_EQ(delegation.delegation().sites(0).name(), "the port");

  const auto kinds = [&](const std::string& filter) {
    v1::ListRecordsRequest request;
    request.set_parent("councils/hutt-city");
    request.set_filter(filter);
    std::vector<std::string> found;
    const auto answer = Ask<v1::ListRecordsResponse>(kMaker, "ListRecords", request);
    for (const v1::Record& record : answer.records()) {
      found.push_back(v1::RecordKind_Name(record.kind()).substr(12));
    }
    return found;
  };
  EXPECT_THAT(kinds(""), ElementsAre("TRAVEL", "DEVICE", "HOSPITALITY", "DELEGATION"));
  EXPECT_THAT(kinds("kind = DEVICE"), ElementsAre("DEVICE"));
  EXPECT_THAT(kinds("occur_date > 2026-08"), ElementsAre("DELEGATION"));
  EXPECT_THAT(kinds("state = VERIFIED"), IsEmpty());
}

TEST_F(EngagementTest, WhatIsNamedMustBeThere) {
  v1::SubmitRecordRequest nowhere = Submission(kGift, "nowhere-city");
  EXPECT_EQ(
      Refused<v1::SubmitRecordResponse>("nowhere-city/officer", "SubmitRecord", nowhere).reason,
      "COUNCIL_NOT_FOUND");
  const std::string unknown = "councils/hutt-city/relationships/" + kPartner;
  EXPECT_EQ(Refused<v1::SubmitRecordResponse>(kMaker, "SubmitRecord",
                                              Submission(kGift + "relationship: '" + unknown + "'"))
                .reason,
            "RELATIONSHIP_NOT_FOUND");
  const v1::Record submitted = Submit(kGift);
  EXPECT_EQ(Refused<v1::AmendRecordResponse>(
                kMaker, "AmendRecord",
                Amendment(submitted, "relationship: '" + unknown + "'", {"relationship"}))
                .reason,
            "RELATIONSHIP_NOT_FOUND");
  EXPECT_EQ(Refused<v1::SubmitRecordResponse>(
                kMaker, "SubmitRecord",
                Submission("occur_date { year: 2026 } device { device_ref: 'L-1' device_class: "
                           "DEVICE_CLASS_LOAN travel_record_id: '" +
                           kPartner + "' }"))
                .reason,
            "TRAVEL_NOT_FOUND");
  const Error another = Refused<v1::SubmitRecordResponse>(
      kMaker, "SubmitRecord",
      Submission(kGift + "relationship: 'councils/nelson-city/relationships/" + kRelationship +
                 "'"));
  EXPECT_EQ(another.reason, "INVALID_REQUEST");
  EXPECT_EQ(another.violations.front().field, "record.relationship");
}

TEST_F(EngagementTest, AnOldEtagIsRefusedWithTheNewOne) {
  const v1::Record submitted = Submit(kGift);
  const v1::Record amended =
      Ask<v1::AmendRecordResponse>(kMaker, "AmendRecord",
                                   Amendment(submitted, "", {"gift.description"}))
          .record();
  const Error refused = Refused<v1::VerifyRecordResponse>(
      kChecker, "VerifyRecord", On<v1::VerifyRecordRequest>(submitted, "note: 'seen'"));
  EXPECT_EQ(refused.reason, "ETAG_MISMATCH");
  EXPECT_EQ(refused.metadata.at("etag"), amended.etag());
}

TEST_F(EngagementTest, AnswersAsOfAPastCutOpenTheTextsOfThatTime) {
  const auto first = Ask<v1::SubmitRecordResponse>(kMaker, "SubmitRecord", Submission(kGift));
  v1::GetRecordRequest request;
  request.set_name(first.record().name());
  const auto then = Ask<v1::GetRecordResponse>(kMaker, "GetRecord", request);
  Ask<v1::AmendRecordResponse>(
      kMaker, "AmendRecord",
      Amendment(first.record(), "gift { description: 'a canary of gold' }", {"gift.description"}));
  *request.mutable_read_options()->mutable_as_of()->mutable_positions() =
      then.read_position().positions();
  EXPECT_EQ(Ask<v1::GetRecordResponse>(kMaker, "GetRecord", request).record().DebugString(),
            first.record().DebugString());
}

TEST_F(EngagementTest, EveryWriteAnswersWithWhatAReadShows) {
  const v1::Record submitted = Submit(kGift);
  EXPECT_EQ(submitted.DebugString(), Get(kMaker, submitted.name()).DebugString());
  const v1::Record amended =
      Ask<v1::AmendRecordResponse>(
          kMaker, "AmendRecord",
          Amendment(submitted, "marking: MARKING_SENSITIVE gift { description: 'another' }",
                    {"marking", "gift.description"}))
          .record();
  EXPECT_EQ(amended.DebugString(), Get(kMaker, submitted.name()).DebugString());
  const v1::Record returned =
      Ask<v1::ReturnRecordResponse>(kChecker, "ReturnRecord",
                                    On<v1::ReturnRecordRequest>(amended, "reason: 'unclear'"))
          .record();
  EXPECT_EQ(returned.DebugString(), Get(kMaker, submitted.name()).DebugString());
  const v1::Record retracted =
      Ask<v1::RetractRecordResponse>(kMaker, "RetractRecord",
                                     On<v1::RetractRecordRequest>(returned, "reason: 'no gift'"))
          .record();
  EXPECT_EQ(retracted.DebugString(), Get(kMaker, submitted.name()).DebugString());
}

TEST_F(EngagementTest, ARestartAndARebuildKeepWhatWasRecorded) {
  const v1::Record submitted = Submit(kGift);
  server_.Restart();
  EXPECT_EQ(Get(kMaker, submitted.name()).DebugString(), submitted.DebugString());
}

}  // namespace
}  // namespace twinledger::engagement
