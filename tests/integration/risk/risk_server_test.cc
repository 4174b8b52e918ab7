// The risk service through a server: what councils and the agency read of what follows from their
// records.
#include "risk/risk.h"

#include "tests/integration/engagement/engagement_server.h"
#include "twinledger/risk/v1/risk_service.pb.h"

namespace twinledger::risk {
namespace {

using engagement::kChecker;
using engagement::kMaker;
using engagement::kRelationship;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string kRisk = "twinledger.risk.v1.RiskService/";
const std::string kCouncilName = "councils/hutt-city";
const std::string kRelationName = kCouncilName + "/relationships/" + kRelationship;

const std::string kKeptGift = R"pb(
  gift {
    direction: GIFT_DIRECTION_OFFERED_TO_COUNCIL
    recipient { office: "mayor" }
    donor { principal_id: "00000000-0000-4000-8000-000000000902" }
    kind: GIFT_KIND_ART
    value { cents: 80000 currency: "NZD" }
    offered_on { year: 2026 month: 5 day: 1 }
    disposition: GIFT_DISPOSITION_RETAINED
  })pb";

class RiskServerTest : public engagement::EngagementTest {
 protected:
  RiskServerTest() : EngagementTest({{"risk", Open}}) {}

  engagement::v1::Record SubmitOfRelationship(const std::string& fields) {
    return Submit(fields + "relationship: '" + kRelationName + "'");
  }

  template <class Response, class Request>
  Response AskRisk(const std::string& account, const std::string& method, const Request& request) {
    return testing::AskMethod<Response>(server_.As(account), kRisk + method, request);
  }
  template <class Response, class Request>
  Error RefusedRisk(const std::string& account, const std::string& method, const Request& request) {
    Response response;
    const Result<void> asked = server_.As(account).Call(kRisk + method, request, response);
    EXPECT_FALSE(asked.ok()) << response.ShortDebugString();
    return asked.ok() ? Error{} : asked.error();
  }

  v1::GetAssessmentResponse Assessment(const std::string& account, const std::string& name) {
    v1::GetAssessmentRequest request;
    request.set_name(name);
    request.mutable_read_options()->set_latest(true);
    return AskRisk<v1::GetAssessmentResponse>(account, "GetAssessment", request);
  }

  // Until the last receipt is of what is recorded now.
  v1::AssessmentReceipt ReceiptOf(const std::string& name) {
    while (true) {
      const v1::GetAssessmentResponse answer = Assessment("agency-analyst", name);
      if (answer.has_receipt() && answer.receipt().facts_sha256() == answer.facts_sha256() &&
          answer.receipt().pending_retraction_count() == answer.pending_retraction_count()) {
        return answer.receipt();
      }
    }
  }

  std::vector<v1::AssessmentReceipt> ReceiptsOf(const std::string& name) {
    v1::ListReceiptsRequest request;
    request.set_parent(name);
    const auto answer =
        AskRisk<v1::ListReceiptsResponse>("agency-analyst", "ListReceipts", request);
    return {answer.receipts().begin(), answer.receipts().end()};
  }
};

TEST_F(RiskServerTest, ARecordIsScoredAndEachFactNamesItsRecordAndCommits) {
  const engagement::v1::Record gift = SubmitOfRelationship(kKeptGift);
  const v1::AssessmentReceipt receipt = ReceiptOf(kRelationName);
  const v1::GetAssessmentResponse answer = Assessment(kMaker, kRelationName);
  EXPECT_EQ(answer.receipt().receipt(), receipt.receipt());
  EXPECT_EQ(answer.assessment_sha256(), receipt.assessment_sha256());
  EXPECT_EQ(answer.input_sha256(), receipt.input_sha256());
  ASSERT_THAT(answer.assessment().lines(), ::testing::Not(IsEmpty()));
  EXPECT_EQ(answer.assessment().lines(0).indicator(), "A1");
  ASSERT_GE(answer.sources_size(), 1);
  const v1::FactSource& source = answer.sources(0);
  EXPECT_TRUE(source.fact().ends_with("/A1")) << source.fact();
  ASSERT_THAT(source.records(), SizeIs(1));
  EXPECT_EQ(source.records(0).record(), gift.name());
  EXPECT_THAT(source.records(0).commits(),
              ElementsAre(::testing::MatchesRegex("engagement/[0-9]+/[0-9]+")));
  EXPECT_THAT(answer.not_extracted(), ::testing::Contains("E1"));
  EXPECT_FALSE(answer.read_position().incomplete());

  const v1::GetAssessmentResponse whole = Assessment("agency-analyst", kCouncilName);
  EXPECT_EQ(whole.highest_relationship(), kRelationName);
  ASSERT_THAT(whole.relationships(), SizeIs(1));
  EXPECT_EQ(whole.relationships(0).r(), whole.assessment().r());
}

TEST_F(RiskServerTest, AReceiptIsComputedAgainToTheSameHashesAndSoAfterARestart) {
  SubmitOfRelationship(kKeptGift);
  ReceiptOf(kRelationName);
  ReceiptOf(kCouncilName);
  const std::size_t receipts = ReceiptsOf(kRelationName).size();
  server_.Restart();
  ReceiptOf(kRelationName);
  EXPECT_THAT(ReceiptsOf(kRelationName), SizeIs(receipts));
  for (const std::string& name : {kRelationName, kCouncilName}) {
    for (const v1::AssessmentReceipt& receipt : ReceiptsOf(name)) {
      v1::RecomputeAssessmentRequest request;
      request.set_name(name);
      request.set_receipt(receipt.receipt());
      const auto again =
          AskRisk<v1::RecomputeAssessmentResponse>("auditor", "RecomputeAssessment", request);
      EXPECT_EQ(again.verdict(), v1::RECOMPUTE_VERDICT_MATCH) << again.DebugString();
      EXPECT_THAT(again.comparisons(), SizeIs(4));
    }
  }
}

TEST_F(RiskServerTest, WhatHasChangedIsScoredAnewAndWhatWasKnownThenIsStillScoredSo) {
  const engagement::v1::Record gift = SubmitOfRelationship(kKeptGift);
  ReceiptOf(kRelationName);
  const v1::GetAssessmentResponse then = Assessment("agency-analyst", kRelationName);
  const engagement::v1::Record waits =
      Ask<engagement::v1::RetractRecordResponse>(
          kMaker, "RetractRecord",
          On<engagement::v1::RetractRecordRequest>(gift, "reason: 'entered twice'"))
          .record();
  EXPECT_EQ(ReceiptOf(kRelationName).r(), then.assessment().r());
  const v1::GetAssessmentResponse counting = Assessment("agency-analyst", kRelationName);
  EXPECT_EQ(counting.assessment().r(), then.assessment().r());
  EXPECT_THAT(counting.pending_retractions(), ElementsAre(gift.name()));
  EXPECT_THAT(counting.receipt().pending_retractions(), ElementsAre(gift.name()));
  Ask<engagement::v1::VerifyRecordResponse>(
      kChecker, "VerifyRecord", On<engagement::v1::VerifyRecordRequest>(waits, "note: 'so it is'"));
  EXPECT_EQ(ReceiptOf(kRelationName).r(), 0);
  EXPECT_EQ(ReceiptsOf(kRelationName)[2].r(), then.assessment().r());

  std::vector<std::string> in_pages;
  v1::ListReceiptsRequest pages;
  pages.set_parent(kRelationName);
  pages.set_page_size(1);
  do {
    const auto page = AskRisk<v1::ListReceiptsResponse>("agency-analyst", "ListReceipts", pages);
    ASSERT_THAT(page.receipts(), SizeIs(1));
    in_pages.push_back(page.receipts(0).receipt());
    pages.set_page_token(page.next_page_token());
  } while (!pages.page_token().empty());
  std::vector<std::string> at_once;
  for (const v1::AssessmentReceipt& receipt : ReceiptsOf(kRelationName)) {
    at_once.push_back(receipt.receipt());
  }
  EXPECT_EQ(in_pages, at_once);

  v1::GetAssessmentRequest request;
  request.set_name(kRelationName);
  *request.mutable_read_options()->mutable_as_of()->mutable_positions() =
      then.read_position().positions();
  request.set_day(then.assessment().as_of());
  const auto again = AskRisk<v1::GetAssessmentResponse>("agency-analyst", "GetAssessment", request);
  EXPECT_EQ(again.assessment().DebugString(), then.assessment().DebugString());

  request.set_day(then.assessment().as_of() + 365);
  const auto later = AskRisk<v1::GetAssessmentResponse>("agency-analyst", "GetAssessment", request);
  EXPECT_LT(later.assessment().r(), then.assessment().r());
  EXPECT_GT(later.assessment().r(), 0);

  request.set_day(then.assessment().as_of() - 1);
  const Error early =
      RefusedRisk<v1::GetAssessmentResponse>("agency-analyst", "GetAssessment", request);
  EXPECT_EQ(early.code, Code::kInvalidArgument);
  ASSERT_THAT(early.violations, SizeIs(1));
  EXPECT_EQ(early.violations[0].field, "day");
}

TEST_F(RiskServerTest, ABandThatRisesOpensAnAlertThatItsCouncilAndTheAgencySee) {
  for (int i = 0; i < 4; ++i) {
    const std::string donor = fmt::format("00000000-0000-4000-8000-00000000091{}", i);
    RegisterPrincipal("agency-approver", donor, "ORGANISATION");
    std::string gift = kKeptGift;
    gift.replace(gift.find(engagement::kDonor), donor.size(), donor);
    gift.replace(gift.find("80000"), 5, "500000");
    SubmitOfRelationship(gift);
  }
  // Each was told late besides, which scores too.
  v1::ListAlertsRequest request;
  request.set_parent("councils/-");
  request.set_order_by("record_time desc");
  request.mutable_read_options()->set_latest(true);
  ReceiptOf(kRelationName);
  ReceiptOf(kCouncilName);
  const auto alerts = AskRisk<v1::ListAlertsResponse>("agency-analyst", "ListAlerts", request);
  ASSERT_THAT(alerts.alerts(), SizeIs(2));
  EXPECT_EQ(alerts.alerts(0).from_band(), v1::BAND_BASELINE);
  EXPECT_EQ(alerts.alerts(0).to_band(), v1::BAND_GUARDED);
  EXPECT_EQ(AskRisk<v1::ListAlertsResponse>(kMaker, "ListAlerts", request).alerts_size(), 2);
  EXPECT_EQ(
      AskRisk<v1::ListAlertsResponse>("nelson-city/officer", "ListAlerts", request).alerts_size(),
      0);
  request.set_filter("to_band = HIGH");
  EXPECT_EQ(AskRisk<v1::ListAlertsResponse>("agency-analyst", "ListAlerts", request).alerts_size(),
            0);
}

TEST_F(RiskServerTest, OneCouncilSeesNothingOfAnotherAndAnOperatorNothingAtAll) {
  SubmitOfRelationship(kKeptGift);
  ReceiptOf(kRelationName);
  v1::GetAssessmentRequest request;
  request.set_name(kRelationName);
  EXPECT_EQ(
      RefusedRisk<v1::GetAssessmentResponse>("nelson-city/officer", "GetAssessment", request).code,
      Code::kNotFound);
  EXPECT_EQ(RefusedRisk<v1::GetAssessmentResponse>("operator", "GetAssessment", request).reason,
            "NOT_PERMITTED");
  request.set_name("councils/hutt-city/relationships/00000000-0000-4000-8000-00000000dead");
  EXPECT_EQ(RefusedRisk<v1::GetAssessmentResponse>(kMaker, "GetAssessment", request).code,
            Code::kNotFound);
  request.set_name("hutt-city");
  EXPECT_EQ(RefusedRisk<v1::GetAssessmentResponse>("agency-analyst", "GetAssessment", request).code,
            Code::kInvalidArgument);
}

}  // namespace
}  // namespace twinledger::risk
