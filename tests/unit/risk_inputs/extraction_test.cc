// What is looked for in what was recorded, indicator by indicator, under TL-1.
#include "risk/inputs/extraction.h"

#include "tests/unit/risk_inputs/ledger.h"

namespace twinledger::risk {
namespace {

TEST(ExtractionTest, TheWorkedExampleScoresAsItDoesByHand) {
  Ledger ledger;
  ledger.Submit("gift", kToday - 95,
                R"pb(gift { direction: GIFT_DIRECTION_OFFERED_TO_COUNCIL
                            donor { principal_id: "p1" }
                            kind: GIFT_KIND_ART
                            value { cents: 80000 currency: "NZD" }
                            disposition: GIFT_DISPOSITION_RETAINED
                )pb" +
                    DateText("offered_on", kToday - 100) + "}");
  ledger.Submit("trip", kToday - 190,
                R"pb(travel { cost_lines {
                       item: COST_ITEM_FARE
                       amount { cents: 200000 currency: "NZD" }
                       payer: PAYER_COUNCIL
                     }
                              cost_lines {
                                item: COST_ITEM_LODGING
                                amount { cents: 1000000 currency: "JPY" nzd_cents: 300000 }
                                payer: PAYER_FOREIGN_PUBLIC
                              }
                              leisure_days: 0
                )pb" +
                    DateText("depart_on", kToday - 206) + DateText("return_on", kToday - 200) +
                    DateText("briefed_on", kToday - 210) + DateText("debriefed_on", kToday - 195) +
                    "}");
  ledger.Submit("phone", kToday - 190,
                R"pb(device { device_class: DEVICE_CLASS_STANDARD travel_record_id: "trip"
                              custody_breach: CUSTODY_BREACH_NONE
                )pb" +
                    DateText("checked_on", kToday - 195) + "}");
  const v1::Assessment assessment = ledger.Score();
  ASSERT_EQ(assessment.lines_size(), 3) << assessment.DebugString();
  EXPECT_EQ(assessment.lines(0).indicator(), "A1");
  EXPECT_EQ(assessment.lines(0).net(), 4441);
  EXPECT_EQ(assessment.lines(1).indicator(), "A3");
  EXPECT_EQ(assessment.lines(1).net(), 3118);
  EXPECT_EQ(assessment.lines(2).indicator(), "C1");
  EXPECT_EQ(assessment.lines(2).net(), 1269);
  EXPECT_EQ(assessment.r(), 4441 + 3118 + 1269);
  EXPECT_EQ(assessment.assurance().a(), 100'000);
}

}  // namespace
}  // namespace twinledger::risk
