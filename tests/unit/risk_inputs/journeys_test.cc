// Journeys and devices: A3, A4, C1, C2 and C4.
#include "tests/unit/risk_inputs/records.h"

namespace twinledger::risk {
namespace {

const Day kBack = On("2026-06-01");  // A Monday.

std::string Trip(const std::string& more) { return TravelUntil(kBack, more); }

TEST(JourneysTest, A3IsByTheShareThatTheForeignSidePaid) {
  const std::string approved = " approved_by { office: 'mayor' } ";
  ExpectStandings(
      "A3",
      {
          {Trip(Cost("COUNCIL", 100)), "NO_HIT"},
          {Trip(Cost("COUNCIL", 501) + Cost("FOREIGN_PUBLIC", 499)), "UNDER_HALF"},
          {Trip(Cost("SELF", 500) + Cost("FOREIGN_PRIVATE", 500)), "HALF_OR_MORE"},
          {Trip(Cost("COUNCIL", 1) + Cost("FOREIGN_PUBLIC", 999)), "HALF_OR_MORE"},
          {Trip(Cost("FOREIGN_PUBLIC", 1000)), "ALL_UNAPPROVED"},
          {Trip(Cost("FOREIGN_PUBLIC", 1000) + approved), "HALF_OR_MORE"},
          {Trip(Cost("FOREIGN_PUBLIC", 1000) + approved + DateText("approved_on", kBack - 6)),
           "HALF_OR_MORE"},
          {Trip(Cost("FOREIGN_PUBLIC", 1000) + approved + DateText("approved_on", kBack - 5)),
           "ALL_UNAPPROVED"},
          {Trip(Cost("COMMUNITY", 100) + Cost("CENTRAL_GOVERNMENT", 1) + Cost("CCO", 1)), "NO_HIT"},
          {Trip(""), "UNKNOWN e1"},
          {Trip(Cost("UNSPECIFIED", 100)), "UNKNOWN e1"},
          {Trip(Cost("COUNCIL", 100) + " cost_lines { payer: PAYER_FOREIGN_PUBLIC }"),
           "UNKNOWN e1"},
      });
}

TEST(JourneysTest, A3CountsWhatWasPaidForACompanionBeside) {
  const std::string paid = Cost("FOREIGN_PUBLIC", 700, "YES");
  ExpectStandings("A3", {
                            {Trip(Cost("COUNCIL", 100) + paid), "COMPANION_ONLY"},
                            {Trip(Cost("COUNCIL", 501) + Cost("FOREIGN_PUBLIC", 499) + paid),
                             "UNDER_HALF_COMPANION"},
                            {Trip(Cost("COUNCIL", 499) + Cost("FOREIGN_PUBLIC", 501) + paid),
                             "HALF_OR_MORE_COMPANION"},
                            {Trip(Cost("FOREIGN_PUBLIC", 1) + paid), "ALL_UNAPPROVED_COMPANION"},
                            {Trip(Cost("COUNCIL", 100) + Cost("COUNCIL", 100, "YES")), "NO_HIT"},
                        });
}

TEST(JourneysTest, ALineThatMayBeTheCompanionsMakesTheLeastCaseAndIsAskedFor) {
  const std::string companion = " companions { official_purpose: TRI_STATE_YES }";
  ExpectStandings("A3", {
                            // Nobody went along: it is the traveller's.
                            {Trip(Cost("FOREIGN_PUBLIC", 100, "UNSPECIFIED")), "ALL_UNAPPROVED"},
                            // All of the traveller's costs, or those of the companion alone.
                            {Trip(Cost("FOREIGN_PUBLIC", 100, "UNKNOWN") + companion),
                             "COMPANION_ONLY, UNKNOWN e1"},
                            {Trip(Cost("COUNCIL", 100, "UNKNOWN") + companion), "NO_HIT"},
                        });
}

TEST(JourneysTest, A4IsLeisureABetterClassOrCompanyWithoutPurpose) {
  const std::string none = " leisure_days: 0 ";
  const std::string with = " companions { official_purpose: TRI_STATE_";
  ExpectStandings("A4",
                  {
                      {Trip(none), "NO_HIT"},
                      {Trip(" leisure_days: 1 "), "HIT"},
                      {Trip(""), "UNKNOWN e1"},
                      {Trip(none + "upgrade_paid_by: PAYER_FOREIGN_PRIVATE"), "HIT"},
                      {Trip(none + "upgrade_paid_by: PAYER_COUNCIL"), "NO_HIT"},
                      {Trip(none + "upgrade_paid_by: PAYER_SELF"), "NO_HIT"},
                      {"unknown_fields: 'travel.upgrade_paid_by' " + Trip(none), "UNKNOWN e1"},
                      {Trip(none + with + "NO }"), "HIT"},
                      {Trip(none + with + "YES }"), "NO_HIT"},
                      {Trip(none + with + "UNKNOWN }"), "UNKNOWN e1"},
                      {Trip(none + with + "UNKNOWN }" + with + "NO }"), "HIT"},
                      {"unknown_fields: 'travel.companions' " + Trip(none), "UNKNOWN e1"},
                      // Whatever the leisure was.
                      {Trip("upgrade_paid_by: PAYER_FOREIGN_PUBLIC"), "HIT"},
                      {Trip(with + "NO }"), "HIT"},
                  });
}

TEST(JourneysTest, AnEverydayDeviceAbroadIsC1AndOneOutOfControlC2) {
  const auto device = [](const std::string& of, const std::string& breach) {
    return DeviceOn(kBack, of, "custody_breach: CUSTODY_BREACH_" + breach);
  };
  ExpectStandings("C1", {
                            {device("STANDARD", "NONE"), "HIT"},
                            {device("PERSONAL", "NONE"), "NO_HIT"},
                            {device("LOAN", "NONE"), "NO_HIT"},
                            {device("NONE", "NONE"), "NO_HIT"},
                            {device("UNSPECIFIED", "NONE"), "UNKNOWN e1"},
                        });
  ExpectStandings("C2", {
                            {device("LOAN", "NONE"), "NO_HIT"},
                            {device("LOAN", "UNATTENDED"), "HIT"},
                            {device("STANDARD", "BORDER_INSPECTED"), "HIT"},
                            {device("PERSONAL", "SEIZED"), "HIT"},
                            {device("LOAN", "LOST"), "HIT"},
                            {device("LOAN", "OTHER"), "HIT"},
                            {device("LOAN", "UNSPECIFIED"), "UNKNOWN e1"},
                            {device("NONE", "UNSPECIFIED"), "NO_HIT"},
                        });
}

TEST(JourneysTest, ADeviceHasTheDaysOfItsJourney) {
  Ledger ledger;
  ledger.Submit("trip", kToday - 5, TravelUntil(kBack));
  ledger.Submit("phone", kToday - 5, DeviceOn(kBack - 100, "STANDARD", "travel_record_id: 'trip'"));
  ledger.Submit("laptop", kToday - 5, DeviceOn(kBack - 100, "STANDARD"));
  EXPECT_EQ(FactIn(ledger.Extract(), "phone/C1")->end(), kBack);
  EXPECT_EQ(FactIn(ledger.Extract(), "laptop/C1")->end(), kBack - 100);
  ledger.Step("record_retracted", "trip", kToday - 4);
  EXPECT_EQ(FactIn(ledger.Extract(), "phone/C1")->end(), kBack);
  ledger.Step("record_verified", "trip", kToday - 4);
  EXPECT_EQ(FactIn(ledger.Extract(), "phone/C1")->end(), kBack - 100);
}

// Briefed, debriefed on a day, with a device that was checked on another.
std::string ChecksOn(const std::string& debriefed, const std::string& checked, Day as_of = kToday) {
  Ledger ledger;
  ledger.Submit(
      "trip", kToday - 5,
      TravelUntil(kBack, DateText("briefed_on", kBack - 20) +
                             (debriefed.empty() ? "" : DateText("debriefed_on", debriefed))));
  ledger.Submit("phone", kToday - 5,
                DeviceOn(kBack, "LOAN",
                         "travel_record_id: 'trip' " +
                             (checked.empty() ? "" : DateText("checked_on", checked))));
  return Standing(ledger.Extract(as_of), "C4");
}

TEST(JourneysTest, C4IsAMissingCheckTenWorkingDaysBehindTheReturn) {
  const std::string due = "2026-06-15";
  const std::string late = "2026-06-16";
  EXPECT_EQ(ChecksOn(due, due), "NO_HIT");
  EXPECT_EQ(ChecksOn(late, due), "HIT");
  EXPECT_EQ(ChecksOn(due, late), "HIT");
  EXPECT_EQ(ChecksOn("", due), "HIT");
  EXPECT_EQ(ChecksOn(due, ""), "HIT");
}

TEST(JourneysTest, C4FiresOnTheDayBehindTheDueOne) {
  Ledger ledger;
  ledger.Submit("trip", kBack, TravelUntil(kBack));
  EXPECT_EQ(Standing(ledger.Extract(On("2026-06-15")), "C4"), "NO_HIT");
  const v1::ScoringInput input = ledger.Extract(On("2026-06-16"));
  EXPECT_EQ(Standing(input, "C4"), "HIT");
  EXPECT_EQ(FactIn(input, "trip/C4")->end(), kBack);
}

TEST(JourneysTest, C4LooksAtEveryDeviceAndAtNoneThatWasNotTaken) {
  const auto standing = [](const std::string& of, const std::string& device) {
    Ledger ledger;
    ledger.Submit(
        "trip", kToday - 5,
        TravelUntil(kBack, DateText("briefed_on", kBack - 20) + DateText("debriefed_on", kBack)));
    ledger.Submit("phone", kToday - 5, DeviceOn(kBack, of, "travel_record_id: '" + device + "'"),
                  "");
    return Standing(ledger.Extract(), "C4");
  };
  EXPECT_EQ(standing("LOAN", "trip"), "HIT");
  EXPECT_EQ(standing("NONE", "trip"), "NO_HIT");
  EXPECT_EQ(standing("LOAN", "another"), "NO_HIT");
}

TEST(JourneysTest, C4IsUnknownWhereTheMissingDayCouldChangeIt) {
  const std::string briefed = DateText("briefed_on", kBack - 50);
  const std::string debriefed = DateText("debriefed_on", kBack);
  const std::string gone = DateText("depart_on", kBack - 40);
  ExpectStandings(
      "C4",
      {
          {"unknown_fields: 'travel.briefed_on' " + Trip(debriefed), "UNKNOWN e1"},
          {"unknown_fields: 'travel.briefed_on' " + Trip(""), "HIT"},
          {Trip(briefed + "debriefed_on { year: 2026 month: 6 }"), "UNKNOWN e1"},
          {Trip(briefed + "debriefed_on { year: 2026 month: 5 }"), "NO_HIT"},
          // Still on the way, for all that anybody has told.
          {"travel { " + gone + briefed + " }", "UNKNOWN e1"},
          {"travel { " + gone + briefed + DateText("debriefed_on", kBack - 35) + " }", "NO_HIT"},
      });
}

}  // namespace
}  // namespace twinledger::risk
