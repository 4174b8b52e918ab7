// Gifts and hospitality: A1, A2, A6 and C3.
#include "tests/unit/risk_inputs/records.h"

namespace twinledger::risk {
namespace {

const Day kRecent = kToday - 10;

TEST(BenefitsTest, WhatWasAcceptedByTheCouncilIsAFactOfA1) {
  ExpectStandings("A1",
                  {
                      {GiftOn(kRecent), "VALUE"},
                      {GiftOn(kRecent, "", "SURRENDERED"), "VALUE"},
                      {GiftOn(kRecent, "", "SHARED"), "VALUE"},
                      {GiftOn(kRecent, "", "OFFERED"), "NO_HIT"},
                      {GiftOn(kRecent, "", "DECLINED"), "NO_HIT"},
                      {GiftOn(kRecent, "", "RETURNED"), "NO_HIT"},
                      {GiftOn(kRecent, "", "PAID_FOR"), "NO_HIT"},
                      {GiftOn(kRecent, "", "DESTROYED"), "NO_HIT"},
                      {GiftOn(kRecent, "", "UNSPECIFIED"), "UNKNOWN e1"},
                      {GiftOn(kRecent, "direction: GIFT_DIRECTION_GIVEN_BY_COUNCIL"), "NO_HIT"},
                      {HospitalityOn(kRecent), "VALUE"},
                      {HospitalityOn(kRecent, "", "NO"), "NO_HIT"},
                      {HospitalityOn(kRecent, "", "UNKNOWN"), "UNKNOWN e1"},
                      {HospitalityOn(kRecent, "", "UNSPECIFIED"), "UNKNOWN e1"},
                  });
}

TEST(BenefitsTest, WhoseHospitalityItWasHostOrGuestsTell) {
  const auto between = [](const std::string& host, const std::string& guest) {
    return HospitalityOn(kRecent, "host { " + host + " } guests { " + guest + " }");
  };
  const std::string office = "office: 'mayor'";
  const std::string official = "official_id: 'o'";
  const std::string principal = "principal_id: 'p'";
  ExpectStandings("A1", {
                            {between(principal, office), "VALUE"},
                            {between(official, office), "NO_HIT"},
                            {between(office, official), "VALUE"},
                            {between(office, principal), "NO_HIT"},
                            {between(office, office), "UNKNOWN e1"},
                        });
}

TEST(BenefitsTest, ABenefitThatNobodyValuedIsUnknown) {
  const std::string kept =
      "gift { direction: GIFT_DIRECTION_OFFERED_TO_COUNCIL donor { principal_id: 'p1' } "
      "disposition: GIFT_DISPOSITION_RETAINED " +
      DateText("offered_on", kRecent);
  ExpectStandings("A1",
                  {
                      {kept + " }", "UNKNOWN e1"},
                      {kept + " value { currency: 'JPY' cents: 500 } }", "UNKNOWN e1"},
                      {kept + " value { currency: 'JPY' cents: 500 nzd_cents: 6 } }", "VALUE"},
                      {kept + " value { currency: 'NZD' } }", "VALUE"},
                  });
}

TEST(BenefitsTest, ValuesAreNewZealandCents) {
  Ledger ledger;
  ledger.Submit("nzd", kToday, GiftOn(kRecent));
  ledger.Submit("jpy", kToday, GiftOn(kRecent, "value { currency: 'JPY' nzd_cents: 777 }"));
  const v1::ScoringInput input = ledger.Extract();
  EXPECT_EQ(FactIn(input, "nzd/A1")->value_cents(), 20'000);
  EXPECT_EQ(FactIn(input, "jpy/A1")->value_cents(), 777);
}

TEST(BenefitsTest, ADonorKnownByAnOfficeIsThePartnerOrNobodyElse) {
  Ledger ledger;
  ledger.Submit("principal", kToday, GiftOn(kRecent));
  ledger.Submit("mayor", kToday, GiftOn(kRecent, "donor { office: 'mayor' }"));
  ledger.Submit("nowhere", kToday, GiftOn(kRecent, "donor { office: 'consul' }"), "");
  const v1::ScoringInput input = ledger.Extract();
  EXPECT_EQ(FactIn(input, "principal/A1")->group(), "p1");
  EXPECT_EQ(FactIn(input, "mayor/A1")->group(), "relationship/rel-1");
  EXPECT_EQ(FactIn(input, "nowhere/A1")->group(), "record/nowhere");
}

TEST(BenefitsTest, CashAndTheLikeAreA6OnceAccepted) {
  const auto gift = [](const std::string& kind, const std::string& disposition) {
    return GiftOn(kRecent, "kind: GIFT_KIND_" + kind, disposition);
  };
  ExpectStandings("A6", {
                            {gift("CASH", "RETAINED"), "HIT"},
                            {gift("CONVERTIBLE", "SHARED"), "HIT"},
                            {gift("EMPLOYMENT", "SURRENDERED"), "HIT"},
                            {gift("HONORARIUM", "RETAINED"), "HIT"},
                            {gift("TITLE", "RETAINED"), "HIT"},
                            {gift("CASH", "DECLINED"), "NO_HIT"},
                            {gift("CASH", "UNSPECIFIED"), "UNKNOWN e1"},
                            {gift("TICKETS", "RETAINED"), "NO_HIT"},
                            {gift("TICKETS", "UNSPECIFIED"), "NO_HIT"},
                            {gift("UNSPECIFIED", "DECLINED"), "NO_HIT"},
                            {gift("UNSPECIFIED", "RETAINED"), "UNKNOWN e1"},
                            {HospitalityOn(kRecent), "NO_HIT"},
                        });
}

TEST(BenefitsTest, AGiftedDeviceIsC3ByWhatWasDoneWithIt) {
  const auto gift = [](const std::string& kind, const std::string& handling,
                       const std::string& disposition = "RETAINED",
                       const std::string& direction = "OFFERED_TO_COUNCIL") {
    return GiftOn(kRecent,
                  "kind: GIFT_KIND_" + kind + " handling: GIFT_HANDLING_" + handling +
                      " direction: GIFT_DIRECTION_" + direction,
                  disposition);
  };
  ExpectStandings("C3", {
                            {gift("STORAGE_MEDIA", "KEPT"), "KEPT"},
                            {gift("ELECTRONIC", "CONNECTED"), "CONNECTED"},
                            {gift("ELECTRONIC", "QUARANTINED"), "NO_HIT"},
                            {gift("ELECTRONIC", "NOT_APPLICABLE"), "NO_HIT"},
                            {gift("ELECTRONIC", "UNSPECIFIED"), "UNKNOWN e1"},
                            {gift("ELECTRONIC", "UNSPECIFIED", "DECLINED"), "NO_HIT"},
                            {gift("ELECTRONIC", "UNSPECIFIED", "DESTROYED"), "NO_HIT"},
                            {gift("ART", "UNSPECIFIED"), "NO_HIT"},
                            {gift("ELECTRONIC", "KEPT", "RETAINED", "GIVEN_BY_COUNCIL"), "NO_HIT"},
                        });
}

TEST(FrequencyTest, SixBenefitsOfADonorGroupWithinNinetyDaysAreA2) {
  const auto standing = [](Day between_first_and_last, int benefits) {
    Ledger ledger;
    const Day last = kToday - 20;
    for (int i = 0; i < benefits; ++i) {
      const Day day = i == 0 ? last - between_first_and_last : last;
      ledger.Submit("e" + std::to_string(i), kToday, i % 2 == 0 ? GiftOn(day) : HospitalityOn(day));
    }
    return Standing(ledger.Extract(), "A2");
  };
  EXPECT_EQ(standing(89, 6), "HIT");
  EXPECT_EQ(standing(90, 6), "NO_HIT");
  EXPECT_EQ(standing(89, 5), "NO_HIT");
}

TEST(FrequencyTest, ItEndsOnTheLastDayOfItsWindowAndIsOfItsGroup) {
  Ledger ledger;
  for (int i = 0; i < 6; ++i) {
    ledger.Submit("e" + std::to_string(i), kToday - 300, GiftOn(kToday - 305 + i));
  }
  const auto fact = FactIn(ledger.Extract(), "rel-1/p1/A2");
  ASSERT_TRUE(fact);
  EXPECT_EQ(fact->end(), kToday - 305 + 89);
  EXPECT_EQ(fact->group(), "p1");
  // Before the window has ended, it ends on the day that is scored.
  EXPECT_EQ(FactIn(ledger.Extract(kToday - 290), "rel-1/p1/A2")->end(), kToday - 290);
}

TEST(FrequencyTest, WhatMayHaveBeenAcceptedMayFillAWindow) {
  Ledger ledger;
  for (int i = 0; i < 5; ++i) ledger.Submit("e" + std::to_string(i), kToday, GiftOn(kRecent));
  ledger.Submit("e5", kToday, HospitalityOn(kRecent, "", "UNKNOWN"));
  EXPECT_EQ(Standing(ledger.Extract(), "A2"), "UNKNOWN p1");
  ledger.Submit("e6", kToday, HospitalityOn(kRecent));
  EXPECT_EQ(Standing(ledger.Extract(), "A2"), "HIT");
}

TEST(FrequencyTest, RelationshipsHaveTheirOwnAndWhatIsOfNoneCountsForEach) {
  Ledger ledger;
  for (int i = 0; i < 3; ++i) {
    ledger.Submit("own" + std::to_string(i), kToday, GiftOn(kRecent));
    ledger.Submit("none" + std::to_string(i), kToday, GiftOn(kRecent), "");
    ledger.Submit("other" + std::to_string(i), kToday, GiftOn(kRecent), "rel-2");
  }
  const CouncilInputs inputs = ledger.Read();
  EXPECT_EQ(Standing(ExtractRelationship(inputs, "rel-1", Tl1(), kToday), "A2"), "HIT");
  EXPECT_EQ(Standing(ExtractCouncil(inputs, Tl1(), kToday), "A2"), "NO_HIT");
}

TEST(FrequencyTest, ALateReportOfItDecaysFromWhenItWasRecorded) {
  Ledger ledger;
  const Day first = kToday - 500;
  for (int i = 0; i < 6; ++i)
    ledger.Submit("e" + std::to_string(i), kToday - 50 + i, GiftOn(first));
  const auto fact = FactIn(ledger.Extract(), "rel-1/p1/A2");
  ASSERT_TRUE(fact);
  EXPECT_EQ(fact->end(), first + 89);
  EXPECT_EQ(fact->recorded(), kToday - 45);  // The sixth.
}

TEST(FrequencyTest, OneBenefitMoreNeverMakesItOlder) {
  Ledger ledger;
  // Full by day 0 + 89, and recorded late, on day 130. One more fills a window until day 110, which
  // would be in time.
  const Day zero = kToday - 200;
  for (int i = 0; i < 6; ++i) {
    ledger.Submit("e" + std::to_string(i), zero + 130, GiftOn(zero + (i == 0 ? 0 : 21)));
  }
  const auto fact = [&] { return *FactIn(ledger.Extract(), "rel-1/p1/A2"); };
  const std::string before = fact().ShortDebugString();
  EXPECT_EQ(fact().end(), zero + 89);
  EXPECT_EQ(fact().recorded(), zero + 130);
  ledger.Submit("more", zero + 131, GiftOn(zero + 22));
  EXPECT_EQ(fact().ShortDebugString(), before);
  // A window that is full later takes its place.
  for (int i = 0; i < 6; ++i) {
    ledger.Submit("later" + std::to_string(i), zero + 132, GiftOn(zero + 105));
  }
  EXPECT_EQ(fact().end(), zero + 105 + 89);
  EXPECT_EQ(fact().recorded(), zero + 132);
}

}  // namespace
}  // namespace twinledger::risk
