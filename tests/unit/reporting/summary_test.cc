#include "reporting/domain/summary.h"

#include <gmock/gmock.h>

#include "tests/unit/reporting/text_message.h"

namespace twinledger::reporting {
namespace {

std::string Of(const std::string& text) { return SummaryOf(Parse<state::v1::TimelineRow>(text)); }

TEST(SummaryTest, AnEngagementSaysWhatHappenedInEnumsAmountsAndOffices) {
  EXPECT_EQ(Of(R"pb(kind: ENTRY_KIND_RECORD_SUBMITTED
                    record {
                      gift {
                        kind: GIFT_KIND_ART
                        recipient { office: "mayor" }
                        donor { principal_id: "p" }
                        value { cents: 80005 currency: "NZD" }
                        disposition: GIFT_DISPOSITION_SURRENDERED
                      }
                    })pb"),
            "gift offered: ART, to mayor, NZD 800.05, SURRENDERED");
  EXPECT_EQ(Of(R"pb(kind: ENTRY_KIND_RECORD_SUBMITTED
                    record {
                      hospitality {
                        kind: HOSPITALITY_KIND_MEAL
                        host { principal_id: "p" }
                        guests { official_id: "o" }
                        accepted: TRI_STATE_NO
                      }
                    })pb"),
            "hospitality: MEAL, by a counterparty, for an official, DECLINED");
  EXPECT_EQ(Of(R"pb(kind: ENTRY_KIND_RECORD_SUBMITTED
                    record {
                      travel {
                        traveller { office: "member-2" }
                        stops { country: "JP" }
                        cost_lines {
                          item: COST_ITEM_FARE
                          amount { cents: 480000 currency: "NZD" }
                          payer: PAYER_FOREIGN_PUBLIC
                        }
                      }
                    })pb"),
            "travel: by member-2, to JP, FARE NZD 4800.00 by FOREIGN_PUBLIC");
}

TEST(SummaryTest, AnAmendmentNamesItsPathsAsClientsDo) {
  EXPECT_EQ(Of("kind: ENTRY_KIND_RECORD_AMENDED record { gift {} } paths: 'gift.value' "
               "paths: 'gift.description_sealed'"),
            "gift amended: gift.value, gift.description");
  EXPECT_EQ(Of("kind: ENTRY_KIND_RELATIONSHIP_AMENDED paths: 'since'"),
            "relationship amended: since");
}

TEST(SummaryTest, ARecordThatWasMovedIsSaidWhereItCameAndWhereItLeft) {
  const auto entry = Parse<state::v1::TimelineRow>(
      "kind: ENTRY_KIND_RECORD_AMENDED record { relationship_id: 'new' gift { kind: GIFT_KIND_ART "
      "} "
      "} paths: 'relationship_id' paths: 'gift.kind'");
  EXPECT_EQ(SummaryOf(entry, MoveOf(entry, "new")), "moved here: gift offered: ART");
  EXPECT_EQ(SummaryOf(entry, MoveOf(entry, "old")), "moved away: gift offered: ART");
  const auto amended = Parse<state::v1::TimelineRow>(
      "kind: ENTRY_KIND_RECORD_AMENDED record { relationship_id: 'new' gift {} } paths: "
      "'gift.kind'");
  EXPECT_EQ(MoveOf(amended, "new"), Move::kNone);
}

TEST(SummaryTest, AnAssessmentSaysItsBandAndTheOneBeforeIfItChanged) {
  const std::string scores = "kind: ENTRY_KIND_ASSESSED to_band: BAND_GUARDED r: 24157 a: 88000 ";
  EXPECT_EQ(Of(scores), "R 24.157, GUARDED; A 88.000");
  EXPECT_EQ(Of(scores + "from_band: BAND_GUARDED"), "R 24.157, GUARDED; A 88.000");
  EXPECT_EQ(Of(scores + "from_band: BAND_BASELINE"), "R 24.157, GUARDED (was BASELINE); A 88.000");
  EXPECT_EQ(
      Of("kind: ENTRY_KIND_ALERT_OPENED from_band: BAND_BASELINE to_band: BAND_HIGH r: 50000"),
      "alert: BASELINE to HIGH, R 50.000");
}

// So that a kind that is added does not show as nothing.
TEST(SummaryTest, EveryKindHasWords) {
  const auto* kinds = state::v1::EntryKind_descriptor();
  for (int i = 1; i < kinds->value_count(); ++i) {
    EXPECT_NE(Of("kind: " + kinds->value(i)->name()), "") << kinds->value(i)->name();
  }
}

}  // namespace
}  // namespace twinledger::reporting
