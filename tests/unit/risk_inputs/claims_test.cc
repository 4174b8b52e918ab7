// What was done about a fact, and whether it came in time.
#include "risk/inputs/claims.h"

#include "risk/inputs/extraction_version.h"
#include "risk/inputs/retractions.h"
#include "tests/unit/risk_inputs/records.h"

namespace twinledger::risk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Day kEnd = On("2026-06-01");  // A Monday.

// "M4 M13": what a fact of the record claims.
std::string ClaimsOn(const std::string& indicator, const std::string& fields) {
  Ledger ledger;
  ledger.Submit("e1", kToday, fields);
  const std::optional<v1::Fact> found = FactIn(ledger.Extract(), "e1/" + indicator);
  EXPECT_TRUE(found) << fields;
  const v1::Fact fact = found.value_or(v1::Fact());
  std::string claims;
  for (const v1::MitigationClaim& claim : fact.mitigations()) {
    claims += (claims.empty() ? "" : " ") + claim.id();
    EXPECT_EQ(claim.ref(), "e1/" + claim.id());
    EXPECT_EQ(claim.state(), v1::MITIGATION_STATE_CLAIMED);
  }
  return claims;
}

TEST(ClaimsTest, AGiftThatWasSurrenderedToTheRegisterIsM4) {
  EXPECT_EQ(ClaimsOn("A1", GiftOn(kEnd, "asset_number: 'A-1'", "SURRENDERED")), "M4");
  EXPECT_EQ(ClaimsOn("A1", GiftOn(kEnd, "", "SURRENDERED")), "");
  EXPECT_EQ(ClaimsOn("A1", GiftOn(kEnd, "asset_number: 'A-1'", "RETAINED")), "");
  EXPECT_EQ(ClaimsOn("A6", GiftOn(kEnd, "asset_number: 'A-1' kind: GIFT_KIND_CASH", "SURRENDERED")),
            "");
}

TEST(ClaimsTest, APublicationWithinTwentyEightDaysIsM13) {
  const auto published = [](const std::string& on) {
    return "published_url: 'https://example.org' " + on + " ";
  };
  const std::string in_time = published(DateText("published_on", kEnd + 28));
  EXPECT_EQ(ClaimsOn("A1", in_time + GiftOn(kEnd)), "M13");
  EXPECT_EQ(ClaimsOn("A3", in_time + TravelUntil(kEnd, Cost("FOREIGN_PUBLIC", 1))), "M13");
  EXPECT_EQ(ClaimsOn("A1", published(DateText("published_on", kEnd + 29)) + GiftOn(kEnd)), "");
  EXPECT_EQ(ClaimsOn("A1", published("published_on { year: 2026 month: 6 }") + GiftOn(kEnd)),
            "");  // It may have been the 30th.
  EXPECT_EQ(ClaimsOn("A1", published("published_on { year: 2026 month: 6 }") + GiftOn(kEnd + 1)),
            "M13");
  EXPECT_EQ(ClaimsOn("A1", published("") + GiftOn(kEnd)), "");
}

TEST(ClaimsTest, AClaimIsInTimeWhateverDayTheEventEndedOn) {
  const auto published = [](Day on, const std::string& offered) {
    return "published_url: 'https://example.org' " + DateText("published_on", on) +
           " gift { direction: GIFT_DIRECTION_OFFERED_TO_COUNCIL value {} "
           "disposition: GIFT_DISPOSITION_RETAINED " +
           offered + " }";
  };
  const std::string may = "offered_on { year: 2026 month: 5 }";
  EXPECT_EQ(ClaimsOn("A1", published(On("2026-05-29"), may)), "M13");
  EXPECT_EQ(ClaimsOn("A1", published(On("2026-05-30"), may)), "");
  EXPECT_EQ(ClaimsOn("A1", published(On("2026-05-29"), "")), "");
}

TEST(ClaimsTest, ACostThatTheCouncilPaidBackIsM5) {
  const std::string cost = Cost("FOREIGN_PUBLIC", 1);
  EXPECT_EQ(ClaimsOn("A3", TravelUntil(kEnd, cost + "reimbursement_reference: 'PAY-1'")), "M5");
  EXPECT_EQ(ClaimsOn("A3", TravelUntil(kEnd, cost)), "");
}

TEST(ClaimsTest, ALoanDeviceThatWasWipedWithinTenWorkingDaysIsM7) {
  const auto device = [](const std::string& of, Day returned, Day wiped, const std::string& level,
                         const std::string& loan) {
    return DeviceOn(kEnd, of,
                    "custody_breach: CUSTODY_BREACH_SEIZED data_level: DATA_LEVEL_" + level +
                        " loan_id: '" + loan + "' " + DateText("returned_on", returned) +
                        DateText("wiped_on", wiped));
  };
  const Day due = On("2026-06-15");
  EXPECT_EQ(ClaimsOn("C2", device("LOAN", kEnd, due, "MINIMUM", "L-1")), "M7");
  EXPECT_EQ(ClaimsOn("C2", device("LOAN", kEnd, due + 1, "MINIMUM", "L-1")), "");
  EXPECT_EQ(ClaimsOn("C2", device("LOAN", due + 1, due, "MINIMUM", "L-1")), "");
  EXPECT_EQ(ClaimsOn("C2", device("LOAN", kEnd, due, "NORMAL", "L-1")), "");
  EXPECT_EQ(ClaimsOn("C2", device("LOAN", kEnd, due, "MINIMUM", "")), "");
  EXPECT_EQ(ClaimsOn("C1", device("STANDARD", kEnd, due, "MINIMUM", "L-1")), "");
}

TEST(ClaimsTest, BriefingAndDebriefAreM9) {
  const std::string briefed = DateText("briefed_on", kEnd - 20);
  EXPECT_EQ(ClaimsOn("C4", TravelUntil(kEnd, briefed + DateText("debriefed_on", kEnd + 20))), "M9");
  EXPECT_EQ(ClaimsOn("C4", TravelUntil(kEnd, briefed)), "");
}

TEST(ClaimsTest, EscortsByAPlanThatWasFiledBeforeAreM10) {
  const auto visit = [](Day filed, const std::string& escorted, const std::string& notice) {
    return VisitOn(kEnd, "sites { asset_id: 'port' escorted: TRI_STATE_" + escorted +
                             " } no_recording_notice: TRI_STATE_" + notice + " " +
                             DateText("visit_plan_filed_on", filed));
  };
  EXPECT_EQ(ClaimsOn("B2", visit(kEnd - 1, "YES", "YES")), "M10");
  EXPECT_EQ(ClaimsOn("B2", visit(kEnd, "YES", "YES")), "");
  EXPECT_EQ(ClaimsOn("B2", visit(kEnd - 1, "NO", "YES")), "");
  EXPECT_EQ(ClaimsOn("B2", visit(kEnd - 1, "UNKNOWN", "YES")), "");
  EXPECT_EQ(ClaimsOn("B2", visit(kEnd - 1, "YES", "UNKNOWN")), "");
  EXPECT_EQ(
      ClaimsOn("B2", visit(kEnd - 1, "YES", "YES") + " occur_date { month: 0 day: 0 year: 0 }"),
      "");
  EXPECT_EQ(ClaimsOn("B3", visit(kEnd - 1, "YES", "YES") +
                               " delegation { conduct: DELEGATION_CONDUCT_RECORDED }"),
            "M10");
}

TEST(ClaimsTest, ACertificateIsM8) {
  EXPECT_EQ(ClaimsOn("C3", GiftOn(kEnd,
                                  "kind: GIFT_KIND_STORAGE_MEDIA handling: GIFT_HANDLING_KEPT "
                                  "handling_certificate: 'C-1'")),
            "M8");
}

// A gift that somebody connected to a network.
void SubmitConnected(Ledger& ledger) {
  ledger.Submit(
      "e1", kToday - 9,
      GiftOn(kToday - 9, "kind: GIFT_KIND_STORAGE_MEDIA handling: GIFT_HANDLING_CONNECTED"));
}

TEST(FloorTest, ACorrectionLiftsItOnceASecondPersonHasFoundItSo) {
  Ledger ledger;
  SubmitConnected(ledger);
  EXPECT_EQ(ledger.Score().r(), 30'000);
  ledger.Amend("e1", kToday - 8, "gift.handling",
               "gift { handling: GIFT_HANDLING_NOT_APPLICABLE }");
  EXPECT_EQ(Standing(ledger.Extract(), "C3"), "CONNECTED");
  EXPECT_EQ(FactIn(ledger.Extract(), "e1/C3")->recorded(), kToday - 9);
  EXPECT_EQ(ledger.Score().r(), 30'000);
  ledger.Step("record_returned", "e1", kToday - 7);
  EXPECT_EQ(ledger.Score().r(), 30'000);
  ledger.Step("record_verified", "e1", kToday - 6);
  EXPECT_EQ(Standing(ledger.Extract(), "C3"), "NO_HIT");
  ledger.Amend("e1", kToday - 5, "marking", "marking: MARKING_SENSITIVE");
  EXPECT_EQ(Standing(ledger.Extract(), "C3"), "NO_HIT");
}

TEST(FloorTest, NoOtherFieldLiftsItEither) {
  Ledger ledger;
  SubmitConnected(ledger);
  ledger.Amend("e1", kToday - 8, "gift.direction",
               "gift { direction: GIFT_DIRECTION_GIVEN_BY_COUNCIL }");
  EXPECT_EQ(Standing(ledger.Extract(), "C3"), "CONNECTED");
}

TEST(FloorTest, ACertificateLiftsItOnceVerifiedAndLeavesTheFact) {
  Ledger ledger;
  SubmitConnected(ledger);
  ledger.Amend("e1", kToday - 8, "gift.handling", "gift { handling: GIFT_HANDLING_EXAMINED }");
  ledger.Amend("e1", kToday - 8, "gift.handling_certificate",
               "gift { handling_certificate: 'C-1' }");
  EXPECT_EQ(FactIn(ledger.Extract(), "e1/C3")->mitigations(0).id(), "M8");
  EXPECT_EQ(ledger.Score().r(), 30'000);
  ledger.Step("record_verified", "e1", kToday - 7);
  EXPECT_EQ(Standing(ledger.Extract(), "C3"), "CONNECTED");
  EXPECT_LT(ledger.Score().r(), 30'000);
  // To take the certificate back brings the floor back.
  ledger.Amend("e1", kToday - 6, "gift.handling_certificate", "gift {}");
  EXPECT_EQ(ledger.Score().r(), 30'000);
}

TEST(FloorTest, ARetractionLiftsItOnceASecondPersonHasConfirmedIt) {
  Ledger ledger;
  SubmitConnected(ledger);
  ledger.Step("record_retracted", "e1", kToday - 8);
  EXPECT_EQ(ledger.Score().r(), 30'000);
  EXPECT_THAT(PendingRetractions(ledger.Read(), kRelationship, kToday), ElementsAre("e1"));
  EXPECT_THAT(PendingRetractions(ledger.Read(), "rel-2", kToday), IsEmpty());
  EXPECT_THAT(PendingRetractions(ledger.Read(), std::nullopt, kToday - 9), IsEmpty());
  ledger.Step("record_verified", "e1", kToday - 7);
  EXPECT_EQ(Standing(ledger.Extract(), "C3"), "NO_HIT");
  EXPECT_EQ(ledger.Score().r(), 0);
  EXPECT_THAT(PendingRetractions(ledger.Read(), std::nullopt, kToday), IsEmpty());
}

// One person cannot take a floor off a relationship by saying that the record is of another one.
TEST(FloorTest, AMoveToAnotherRelationshipLiftsItOnceASecondPersonHasFoundItSo) {
  Ledger ledger;
  ledger.Register(kToday - 4000,
                  "relationship_recorded { council_id: 'hutt-city' relationship_id: 'rel-2' }");
  SubmitConnected(ledger);
  const auto c3_of = [&](const std::string& relationship) {
    return Standing(ExtractRelationship(ledger.Read(), relationship, Tl1(), kToday), "C3");
  };
  EXPECT_EQ(c3_of("rel-2"), "NO_HIT");
  ledger.Amend("e1", kToday - 8, "relationship_id", "relationship_id: 'rel-2'");
  EXPECT_EQ(c3_of("rel-1"), "CONNECTED");
  EXPECT_EQ(c3_of("rel-2"), "CONNECTED");
  EXPECT_EQ(ledger.Score().r(), 30'000);
  EXPECT_EQ(FactIn(ledger.Extract(), "e1/A1"), std::nullopt) << "only its floor stays";
  ledger.Step("record_returned", "e1", kToday - 7);
  EXPECT_EQ(c3_of("rel-1"), "CONNECTED");
  // Also where one person moves it on, or takes back what it was found by.
  ledger.Amend("e1", kToday - 6, "gift.handling", "gift { handling: GIFT_HANDLING_KEPT }");
  EXPECT_EQ(c3_of("rel-1"), "CONNECTED");
  ledger.Step("record_verified", "e1", kToday - 5);
  EXPECT_EQ(c3_of("rel-1"), "NO_HIT");
}

// What it became where it was moved to is no matter of where it was.
TEST(FloorTest, AMoveLeavesNoFloorWhereThereWasNone) {
  Ledger ledger;
  ledger.Submit("e1", kToday - 9,
                GiftOn(kToday - 9, "kind: GIFT_KIND_STORAGE_MEDIA handling: GIFT_HANDLING_KEPT"));
  ledger.Amend("e1", kToday - 8, "relationship_id", "relationship_id: 'rel-2'");
  ledger.Amend("e1", kToday - 8, "gift.handling", "gift { handling: GIFT_HANDLING_CONNECTED }");
  EXPECT_EQ(Standing(ledger.Extract(), "C3"), "NO_HIT");
  EXPECT_EQ(Standing(ExtractRelationship(ledger.Read(), "rel-2", Tl1(), kToday), "C3"),
            "CONNECTED");
}

TEST(FloorTest, ARetractionOfWhatOnePersonMovedIsPendingInBoth) {
  Ledger ledger;
  SubmitConnected(ledger);
  ledger.Amend("e1", kToday - 8, "relationship_id", "relationship_id: 'rel-2'");
  ledger.Step("record_retracted", "e1", kToday - 7);
  for (const std::string relationship : {"rel-1", "rel-2"}) {
    EXPECT_THAT(PendingRetractions(ledger.Read(), relationship, kToday), ElementsAre("e1"));
    EXPECT_EQ(Standing(ExtractRelationship(ledger.Read(), relationship, Tl1(), kToday), "C3"),
              "CONNECTED");
  }
  CouncilInputs before = ledger.Read();
  TakeAsVersion(1, before);
  EXPECT_THAT(PendingRetractions(before, "rel-1", kToday), IsEmpty());
}

TEST(FloorTest, AMoveToOneRelationshipLeavesTheFloorOfAllOthers) {
  Ledger ledger;
  ledger.Submit(
      "e1", kToday - 9,
      GiftOn(kToday - 9, "kind: GIFT_KIND_STORAGE_MEDIA handling: GIFT_HANDLING_CONNECTED"), "");
  const auto council = [&] { return Standing(ExtractCouncil(ledger.Read(), Tl1(), kToday), "C3"); };
  EXPECT_EQ(council(), "CONNECTED");
  ledger.Amend("e1", kToday - 8, "relationship_id", "relationship_id: 'rel-2'");
  EXPECT_EQ(council(), "CONNECTED");
  EXPECT_EQ(Standing(ledger.Extract(), "C3"), "CONNECTED");
  ledger.Step("record_verified", "e1", kToday - 7);
  EXPECT_EQ(council(), "NO_HIT");
  EXPECT_EQ(Standing(ledger.Extract(), "C3"), "NO_HIT");
}

TEST(FloorTest, AReceiptOfTheTimeBeforeSaysWhatItSaid) {
  Ledger ledger;
  SubmitConnected(ledger);
  ledger.Amend("e1", kToday - 8, "relationship_id", "relationship_id: 'rel-2'");
  CouncilInputs inputs = ledger.Read();
  TakeAsVersion(1, inputs);
  EXPECT_EQ(Standing(ExtractRelationship(inputs, kRelationship, Tl1(), kToday), "C3"), "NO_HIT");
  TakeAsVersion(kExtractionVersion, inputs);
  EXPECT_EQ(Standing(ExtractRelationship(inputs, kRelationship, Tl1(), kToday), "C3"), "CONNECTED");
}

TEST(ClaimsTest, ARetractionThatIsPendingOrWasReturnedLeavesAMitigationAsItWas) {
  Ledger ledger;
  const auto state = [&] { return FactIn(ledger.Extract(), "e1/A1")->mitigations(0).state(); };
  ledger.Submit("e1", kToday - 9, GiftOn(kToday - 9, "asset_number: 'A-1'", "SURRENDERED"));
  ledger.Step("record_verified", "e1", kToday - 8);
  ledger.Step("record_retracted", "e1", kToday - 7);
  EXPECT_EQ(state(), v1::MITIGATION_STATE_VERIFIED);
  ledger.Step("record_returned", "e1", kToday - 6);
  EXPECT_EQ(state(), v1::MITIGATION_STATE_VERIFIED);
}

TEST(ClaimsTest, AClaimCountsOnceASecondPersonHasFoundItSo) {
  Ledger ledger;
  const auto state = [&] { return FactIn(ledger.Extract(), "e1/A1")->mitigations(0).state(); };
  ledger.Submit("e1", kToday - 9, GiftOn(kToday - 9, "asset_number: 'A-1'", "SURRENDERED"));
  const std::int64_t claimed = ledger.Score().r();
  EXPECT_EQ(state(), v1::MITIGATION_STATE_CLAIMED);
  EXPECT_EQ(ledger.Score().assurance().unverified(), 1);
  ledger.Step("record_returned", "e1", kToday - 8);
  EXPECT_EQ(state(), v1::MITIGATION_STATE_CLAIMED);
  ledger.Step("record_verified", "e1", kToday - 7);
  EXPECT_EQ(state(), v1::MITIGATION_STATE_VERIFIED);
  EXPECT_LT(ledger.Score().r(), claimed);
  EXPECT_EQ(ledger.Score().assurance().unverified(), 0);
  ledger.Amend("e1", kToday - 6, "gift.asset_number", "gift { asset_number: 'A-2' }");
  EXPECT_EQ(state(), v1::MITIGATION_STATE_CLAIMED);
  ledger.Amend("e1", kToday - 5, "gift.asset_number", "gift {}");
  EXPECT_EQ(FactIn(ledger.Extract(), "e1/A1")->mitigations_size(), 0);
}

TEST(ClaimsTest, BriefingAndDebriefClearC4OnceVerified) {
  Ledger ledger;
  ledger.Submit("e1", kToday - 5,
                TravelUntil(kEnd, Cost("COUNCIL", 1) + DateText("briefed_on", kEnd - 20) +
                                      DateText("debriefed_on", kEnd + 20)));
  EXPECT_GT(ledger.Score().r(), 0);
  ledger.Step("record_verified", "e1", kToday);
  EXPECT_EQ(ledger.Score().r(), 0);
}

}  // namespace
}  // namespace twinledger::risk
