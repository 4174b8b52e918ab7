#include "engagement/domain/mitigations.h"

#include "tests/unit/engagement/given_when.h"

namespace twinledger::engagement {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Case {
  const char* name;
  Claim claim;
  std::string claims;                    // The record that claims it.
  std::vector<std::string> not_without;  // Paths, each of which it takes.
};

const std::string kDay = " { year: 2026 month: 5 day: 4 }";

TEST(MitigationsTest, EachIsClaimedByWhatItTakesAndByNothingLess) {
  const Case cases[] = {
      {"M3 of a gift",
       {Mitigation::kDeclinedOrReturned},
       "gift { direction: GIFT_DIRECTION_OFFERED_TO_COUNCIL disposition: GIFT_DISPOSITION_RETURNED "
       "decided_on" +
           kDay + " }",
       {"gift.direction", "gift.disposition", "gift.decided_on"}},
      {"M3 of hospitality",
       {Mitigation::kDeclinedOrReturned},
       "hospitality { accepted: TRI_STATE_NO decided_on" + kDay + " }",
       {"hospitality.accepted", "hospitality.decided_on"}},
      {"M4",
       {Mitigation::kSurrendered, "A-1"},
       R"pb(gift { disposition: GIFT_DISPOSITION_SURRENDERED asset_number: "A-1" })pb",
       {"gift.disposition", "gift.asset_number"}},
      {"M5",
       {Mitigation::kReimbursed, "PAY-1"},
       R"pb(travel { reimbursement_reference: "PAY-1" })pb",
       {"travel.reimbursement_reference"}},
      {"M6",
       {Mitigation::kWithdrew, "MIN-1"},
       R"pb(hospitality { withdrawal_minute: "MIN-1" })pb",
       {"hospitality.withdrawal_minute"}},
      {"M7",
       {Mitigation::kLoanDeviceWiped, "LOAN-1"},
       "device { device_class: DEVICE_CLASS_LOAN loan_id: 'LOAN-1' data_level: DATA_LEVEL_MINIMUM "
       "returned_on" +
           kDay + " wiped_on" + kDay + " }",
       {"device.device_class", "device.loan_id", "device.data_level", "device.returned_on",
        "device.wiped_on"}},
      {"M8",
       {Mitigation::kQuarantined, "CERT-1"},
       R"pb(gift {
              kind: GIFT_KIND_ELECTRONIC
              handling: GIFT_HANDLING_EXAMINED
              handling_certificate: "CERT-1"
            })pb",
       {"gift.handling_certificate"}},
      {"M9 of travel",
       {Mitigation::kBriefedAndDebriefed},
       "travel { briefed_on" + kDay + " debriefed_on" + kDay + " }",
       {"travel.briefed_on", "travel.debriefed_on"}},
      {"M9 of a delegation",
       {Mitigation::kBriefedAndDebriefed},
       "delegation { briefed_on" + kDay + " debriefed_on" + kDay + " }",
       {"delegation.briefed_on", "delegation.debriefed_on"}},
      {"M10",
       {Mitigation::kEscorted},
       "delegation { sites { escorted: TRI_STATE_YES } no_recording_notice: TRI_STATE_YES "
       "visit_plan_filed_on" +
           kDay + " }",
       {"delegation.sites", "delegation.no_recording_notice", "delegation.visit_plan_filed_on"}},
      {"M13",
       {Mitigation::kPublished, "https://council.example/travel"},
       "published_url: 'https://council.example/travel' published_on" + kDay,
       {"published_url", "published_on"}},
  };
  for (const auto& [name, claim, claims, not_without] : cases) {
    SCOPED_TRACE(name);
    EXPECT_THAT(ClaimsOf(FieldsIn(claims)), ElementsAre(claim));
    for (const std::string& path : not_without) {
      RecordFields less = FieldsIn(claims);
      CopyPath({}, path, less);
      EXPECT_THAT(ClaimsOf(less), IsEmpty()) << "without " << path;
    }
  }
}

TEST(MitigationsTest, OneSiteWithoutEscortIsEnough) {
  EXPECT_THAT(ClaimsOf(FieldsIn(R"pb(delegation {
                                       sites { escorted: TRI_STATE_YES }
                                       sites { escorted: TRI_STATE_UNKNOWN }
                                       no_recording_notice: TRI_STATE_YES
                                       visit_plan_filed_on { year: 2026 }
                                     })pb")),
              IsEmpty());
}

}  // namespace
}  // namespace twinledger::engagement
