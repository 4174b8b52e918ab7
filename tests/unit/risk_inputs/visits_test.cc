// Delegations: B1, B2 and B3.
#include "tests/unit/risk_inputs/records.h"

namespace twinledger::risk {
namespace {

const Day kArrival = On("2026-06-15");  // A Monday.
const Day kInTime = On("2026-06-08");   // Five working days before.
const Day kLate = On("2026-06-09");

struct Visit {
  std::string more;
  std::string standing;
  std::string direction = "IN";
};

void ExpectVisits(const std::string& indicator, const std::vector<Visit>& cases) {
  for (const Visit& one : cases) {
    SCOPED_TRACE(one.more);
    EXPECT_EQ(StandingOf(indicator, VisitOn(kArrival, one.more, one.direction)), one.standing);
  }
}

TEST(VisitsTest, B1CountsDelegatesWhoCameLateOntoTheListOrUnidentified) {
  const std::string sound = Member(kInTime);
  const std::string late = Member(kLate);
  const std::string unidentified = Member(kInTime, "NO");
  ExpectVisits("B1", {
                         {sound, "NO_HIT"},
                         {late, "ONE_OR_TWO"},
                         {unidentified, "ONE_OR_TWO"},
                         {Member(kLate, "NO") + sound, "ONE_OR_TWO"},
                         {late + unidentified, "ONE_OR_TWO"},
                         {late + unidentified + late, "THREE_OR_MORE"},
                         {late, "NO_HIT", "OUT"},
                         {Member(kLate, "NO", "official_id: 'o'") + sound, "NO_HIT"},
                     });
}

TEST(VisitsTest, B1TakesTheLeastThatIsCertain) {
  const std::string open = Member(kInTime, "UNKNOWN");
  const std::string undated = " members { person { office: 'guest' } identity_checked: TRI_STATE_";
  ExpectVisits("B1", {
                         {open, "UNKNOWN e1"},
                         {undated + "YES }", "UNKNOWN e1"},
                         {undated + "NO }", "ONE_OR_TWO"},
                         {Member(kLate, "UNKNOWN"), "ONE_OR_TWO"},
                         {Member(kLate) + open, "ONE_OR_TWO"},
                         {Member(kLate) + open + open, "ONE_OR_TWO, UNKNOWN e1"},
                         {"", "UNKNOWN e1"},
                         {"size_arrived: 0", "NO_HIT"},
                         {"size_arrived: 2", "UNKNOWN e1"},
                         {Member(kInTime) + "size_arrived: 1", "NO_HIT"},
                         {Member(kInTime) + "size_arrived: 2", "UNKNOWN e1"},
                     });
}

TEST(VisitsTest, WhoeverSaysNotWhenAVisitBeganSaysOfNobodyThatTheyWereLate) {
  EXPECT_EQ(StandingOf("B1", "delegation { " + Member(kLate) + " }"), "UNKNOWN e1");
  EXPECT_EQ(StandingOf("B1", "delegation { " + Member(kLate, "NO") + " }"), "ONE_OR_TWO");
  const std::string june = "occur_date { year: 2026 month: 6 } delegation { ";
  EXPECT_EQ(StandingOf("B1", june + Member(On("2026-05-25")) + " }"), "NO_HIT");
  EXPECT_EQ(StandingOf("B1", june + Member(On("2026-05-26")) + " }"), "UNKNOWN e1");
  EXPECT_EQ(StandingOf("B1", june + Member(On("2026-06-24")) + " }"), "ONE_OR_TWO");
}

TEST(VisitsTest, B2IsASiteOfTheRegister) {
  ExpectVisits("B2", {
                         {"sites { asset_id: 'port' }", "HIT"},
                         {"sites { asset_id: 'port' } sites {}", "HIT"},
                         {"sites {}", "NO_HIT"},
                         {"", "NO_HIT"},
                         {"sites { asset_id: 'port' }", "NO_HIT", "OUT"},
                     });
  EXPECT_EQ(StandingOf("B2", "unknown_fields: 'delegation.sites' " + VisitOn(kArrival)),
            "UNKNOWN e1");
}

TEST(VisitsTest, B2IsAsExposedAsTheMostCriticalAssetThatWasShown) {
  Ledger ledger;
  for (const auto& [id, criticality] : {std::pair("park", "NONE"), std::pair("water", "IMPORTANT"),
                                        std::pair("port", "CRITICAL")}) {
    const std::string names = std::string(" { council_id: 'hutt-city' asset_id: '") + id + "' ";
    EXPECT_EQ(ledger.Register(kToday, "strategic_asset_registered" + names + "}"), "");
    EXPECT_EQ(ledger.Register(kToday, "strategic_asset_criticality_set" + names +
                                          "criticality: CRITICALITY_" + criticality + " }"),
              "");
  }
  const auto visit = [&](const std::string& id, const std::string& sites) {
    ledger.Submit(id, kToday, VisitOn(kArrival, sites));
    return FactIn(ledger.Extract(), id + "/B2")->criticality();
  };
  const std::string park = "sites { asset_id: 'park' }";
  const std::string water = "sites { asset_id: 'water' }";
  const std::string port = "sites { asset_id: 'port' }";
  EXPECT_EQ(visit("e1", park), v1::CRITICALITY_NONE);
  EXPECT_EQ(visit("e2", park + water), v1::CRITICALITY_IMPORTANT);
  EXPECT_EQ(visit("e3", water + port + park), v1::CRITICALITY_CRITICAL);
  EXPECT_EQ(visit("e4", "sites { asset_id: 'nobody registered it' }"), v1::CRITICALITY_NONE);
}

TEST(VisitsTest, B3IsWhatWasDoneWithoutLeaveOrEscort) {
  const auto did = [](const std::string& what) { return "conduct: DELEGATION_CONDUCT_" + what; };
  const std::string none = did("NONE");
  const auto site = [](const std::string& escorted) {
    return " sites { escorted: TRI_STATE_" + escorted + " }";
  };
  ExpectVisits("B3", {
                         {none, "NO_HIT"},
                         {did("LEFT_GROUP"), "HIT"},
                         {did("RECORDED"), "HIT"},
                         {did("PLUGGED_IN_DEVICE"), "HIT"},
                         {did("OUT_OF_SCOPE_QUESTIONS"), "NO_HIT"},
                         {did("CAUSED_SCENE") + " " + did("OTHER"), "NO_HIT"},
                         {none + site("YES"), "NO_HIT"},
                         {none + site("YES") + site("NO"), "HIT"},
                         {none + site("UNKNOWN"), "UNKNOWN e1"},
                         {none + site("UNKNOWN") + site("NO"), "HIT"},
                         {site("NO"), "HIT"},
                         {site("YES"), "UNKNOWN e1"},
                         {"", "UNKNOWN e1"},
                         {did("LEFT_GROUP"), "NO_HIT", "OUT"},
                     });
}

}  // namespace
}  // namespace twinledger::risk
