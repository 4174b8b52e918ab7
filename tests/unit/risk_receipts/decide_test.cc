// When a receipt is recorded, what else is, and what is refused.
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "platform/base/uuid.h"
#include "risk/receipts/receipt.h"

namespace twinledger::risk {
namespace {

using events::v1::AssessmentRecorded;

// One fact, of a relationship, read up to engagement/1/7.
AssessmentRecorded Wanted(const std::string& more = "") {
  AssessmentRecorded receipt;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(council_id: "hutt-city"
           relationship_id: "rel-1"
           positions { stream: "engagement" partition: 1 sequence: 7 }
           as_of: 20000
           rule_set_digest: "rules"
           engine_version: 1
           facts_sha256: "facts"
           band: BAND_BASELINE
           records: RECORDS_SUFFICIENT
           r: 4000
           outcomes { indicator: "A1" outcome: OUTCOME_HIT }
           outcomes { indicator: "E1" outcome: OUTCOME_NOT_EXTRACTED }
      )pb",
      &receipt));
  AssessmentRecorded other;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(more, &other)) << more;
  if (other.positions_size() > 0) receipt.clear_positions();
  if (other.outcomes_size() > 0) receipt.clear_outcomes();
  receipt.MergeFrom(other);
  return receipt;
}

state::v1::AssessmentRow Recorded(const AssessmentRecorded& receipt) {
  state::v1::AssessmentRow row;
  *row.mutable_receipt() = receipt;
  row.set_event("risk/3/17.0");
  return row;
}

AssessmentRecorded After(const state::v1::AssessmentRow& last, const std::string& more) {
  AssessmentRecorded wanted = Wanted(more);
  wanted.set_previous_receipt(last.event());
  return wanted;
}

// "receipt", "receipt, alert BASELINE>HIGH", "nothing", or why not.
std::string DecisionOn(const std::optional<state::v1::AssessmentRow>& last,
                       const AssessmentRecorded& wanted) {
  const ReceiptDecision decision = Decide(last, wanted);
  if (!decision) return std::string(ReasonOf(decision.error().rejection));
  if (decision->empty()) return "nothing";
  EXPECT_EQ(decision->front().assessment_recorded().DebugString(), wanted.DebugString());
  if (decision->size() == 1) return "receipt";
  const events::v1::AlertOpened& alert = decision->at(1).alert_opened();
  EXPECT_EQ(alert.council_id(), wanted.council_id());
  EXPECT_EQ(alert.relationship_id(), wanted.relationship_id());
  EXPECT_EQ(alert.day(), wanted.as_of());
  EXPECT_EQ(alert.r(), wanted.r());
  EXPECT_TRUE(IsUuid(alert.alert_id())) << alert.alert_id();
  return "receipt, alert " + events::v1::Band_Name(alert.from_band()).substr(5) + ">" +
         events::v1::Band_Name(alert.to_band()).substr(5);
}

TEST(DecideReceiptTest, TheFirstIsDueOnceThereIsSomethingToScoreOrToFindOut) {
  EXPECT_EQ(DecisionOn(std::nullopt, Wanted()), "receipt");
  EXPECT_EQ(
      DecisionOn(std::nullopt, Wanted("outcomes { indicator: 'A1' outcome: OUTCOME_NO_HIT }")),
      "nothing");
  EXPECT_EQ(
      DecisionOn(std::nullopt, Wanted("outcomes { indicator: 'A1' outcome: OUTCOME_UNKNOWN }")),
      "receipt");
  EXPECT_EQ(DecisionOn(std::nullopt, Wanted("outcomes { indicator: 'A1' outcome: OUTCOME_NO_HIT } "
                                            "records: RECORDS_INSUFFICIENT")),
            "receipt");
}

TEST(DecideReceiptTest, TheFirstOpensAnAlertUnlessItIsBaseline) {
  EXPECT_EQ(DecisionOn(std::nullopt, Wanted("band: BAND_HIGH")), "receipt, alert BASELINE>HIGH");
}

TEST(DecideReceiptTest, WhatTheLastOneSaysAlreadyIsNotRecordedAgain) {
  const auto last = Recorded(Wanted());
  EXPECT_EQ(DecisionOn(last, After(last, "")), "nothing");
  EXPECT_EQ(DecisionOn(last, After(last,
                                   "as_of: 20300 r: 100 positions { stream: 'engagement' "
                                   "partition: 1 sequence: 9 }")),
            "nothing");
}

TEST(DecideReceiptTest, WhateverElseDiffersIsRecorded) {
  const auto last = Recorded(Wanted());
  for (const char* const other :
       {"facts_sha256: 'others'", "records: RECORDS_INSUFFICIENT", "rule_set_digest: 'others'",
        "engine_version: 2", "pending_retractions: 'e1' pending_retraction_count: 1"}) {
    EXPECT_EQ(DecisionOn(last, After(last, other)), "receipt") << other;
  }
}

TEST(DecideReceiptTest, ABandThatChangedOpensAnAlertUpwardsAndDownwards) {
  const auto last = Recorded(Wanted("band: BAND_GUARDED"));
  EXPECT_EQ(DecisionOn(last, After(last, "band: BAND_SEVERE")), "receipt, alert GUARDED>SEVERE");
  EXPECT_EQ(DecisionOn(last, After(last, "as_of: 20040")), "receipt, alert GUARDED>BASELINE");
}

TEST(DecideReceiptTest, AnOlderDayOrOlderPositionsAreRefused) {
  const auto last = Recorded(Wanted());
  const std::string changed = "facts_sha256: 'others' ";
  EXPECT_EQ(DecisionOn(last, After(last, changed + "as_of: 19999")), "OLDER_DAY");
  EXPECT_EQ(DecisionOn(last, After(last, changed + "positions { stream: 'engagement' partition: 1 "
                                                   "sequence: 6 }")),
            "OLDER_POSITIONS");
  EXPECT_EQ(DecisionOn(last, After(last, changed + "positions { stream: 'registry' partition: 1 "
                                                   "sequence: 60 }")),
            "OLDER_POSITIONS");
}

TEST(DecideReceiptTest, OneThatWasMadeAfterAnotherReceiptIsRefused) {
  const auto last = Recorded(Wanted());
  EXPECT_EQ(DecisionOn(last, Wanted("facts_sha256: 'others'")), "OTHER_RECEIPT");
  EXPECT_EQ(DecisionOn(std::nullopt, After(last, "")), "OTHER_RECEIPT");
  EXPECT_EQ(DecisionOn(last, Wanted()), "nothing")
      << "it says the same, whatever it was made after";
}

TEST(DecideReceiptTest, TheSameChangeOfADayIsTheSameAlert) {
  const auto id = [](const std::string& wanted) {
    return Decide(std::nullopt, Wanted(wanted))->at(1).alert_opened().alert_id();
  };
  const std::string high = "band: BAND_HIGH ";
  EXPECT_EQ(id(high), id(high + "facts_sha256: 'others'"));
  EXPECT_NE(id(high), id(high + "as_of: 20001"));
  EXPECT_NE(id(high), id(high + "relationship_id: 'rel-2'"));
  EXPECT_NE(id(high), id("band: BAND_SEVERE"));
}

}  // namespace
}  // namespace twinledger::risk
