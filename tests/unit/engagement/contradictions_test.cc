#include "engagement/domain/contradictions.h"

#include "tests/unit/engagement/given_when.h"

namespace twinledger::engagement {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> PathsIn(const Contradictions& contradictions) {
  std::vector<std::string> paths;
  for (const Contradiction& one : contradictions) paths.push_back(one.path);
  return paths;
}

TEST(ContradictionsTest, EachIsFoundByTheFieldToPutRight) {
  const std::pair<const char*, const char*> cases[] = {
      {"occur_end { year: 2026 } delegation {}", "occur_end"},
      {"occur_date { year: 2026 } occur_end { year: 2025 } hospitality {}", "occur_end"},
      {"occur_date { year: 2026 } gift {}", "occur_date"},
      {"occur_end { year: 2026 } travel {}", "occur_date"},
      {"published_on { year: 2026 } gift {}", "published_on"},
      {"unknown_fields: 'gift.value' gift { value { cents: 1 } }", "unknown_fields"},
      {"unknown_fields: 'travel.purpose_sealed' gift {}", "unknown_fields"},
      {"gift { direction: GIFT_DIRECTION_OFFERED_TO_COUNCIL recipient { principal_id: 'p' } }",
       "gift.recipient"},
      {"gift { direction: GIFT_DIRECTION_OFFERED_TO_COUNCIL donor { official_id: 'o' } }",
       "gift.donor"},
      {"gift { direction: GIFT_DIRECTION_GIVEN_BY_COUNCIL donor { principal_id: 'p' } }",
       "gift.donor"},
      {"gift { direction: GIFT_DIRECTION_GIVEN_BY_COUNCIL recipient { official_id: 'o' } }",
       "gift.recipient"},
      {"gift { offered_on { year: 2026 month: 5 } decided_on { year: 2026 month: 4 } }",
       "gift.decided_on"},
      {"gift { disposition: GIFT_DISPOSITION_OFFERED decided_on { year: 2026 } }",
       "gift.decided_on"},
      {"gift { disposition: GIFT_DISPOSITION_RETAINED asset_number: 'A' }", "gift.asset_number"},
      {"gift { kind: GIFT_KIND_ART handling: GIFT_HANDLING_KEPT }", "gift.handling"},
      {"gift { kind: GIFT_KIND_ELECTRONIC handling: GIFT_HANDLING_KEPT handling_certificate: 'C' }",
       "gift.handling_certificate"},
      {"gift { withdrawal_minute: 'M' }", "gift.withdrawal_minute"},
      {"hospitality { withdrawal_minute: 'M' }", "hospitality.withdrawal_minute"},
      {"hospitality { accepted: TRI_STATE_UNKNOWN decided_on { year: 2026 } }",
       "hospitality.decided_on"},
      {"travel { withdrawal_minute: 'M' }", "travel.withdrawal_minute"},
      {"travel { depart_on { year: 2026 month: 5 } return_on { year: 2026 month: 4 } }",
       "travel.return_on"},
      {"travel { depart_on { year: 2026 month: 5 } debriefed_on { year: 2026 month: 4 } }",
       "travel.debriefed_on"},
      {"travel { briefed_on { year: 2026 month: 5 } debriefed_on { year: 2026 month: 4 } }",
       "travel.debriefed_on"},
      {"travel { approved_on { year: 2026 } }", "travel.approved_on"},
      {"device { device_class: DEVICE_CLASS_STANDARD loan_id: 'L' }", "device.loan_id"},
      {"occur_date { year: 2026 } device { returned_on { year: 2025 } }", "device.returned_on"},
      {"occur_date { year: 2026 } device { checked_on { year: 2025 } }", "device.checked_on"},
      {"device { returned_on { year: 2026 } wiped_on { year: 2025 } }", "device.wiped_on"},
      {"device { checked_on { year: 2026 } finding: DEVICE_FINDING_NOT_CHECKED }",
       "device.finding"},
      {"device { device_class: DEVICE_CLASS_NONE finding: DEVICE_FINDING_CLEAN }",
       "device.finding"},
      {"occur_date { year: 2026 } delegation { debriefed_on { year: 2025 } }",
       "delegation.debriefed_on"},
      {"delegation { conduct: DELEGATION_CONDUCT_NONE conduct: DELEGATION_CONDUCT_RECORDED }",
       "delegation.conduct"},
  };
  for (const auto& [record, path] : cases) {
    SCOPED_TRACE(record);
    EXPECT_THAT(PathsIn(ContradictionsOf(FieldsIn(record))), ElementsAre(path));
  }
}

TEST(ContradictionsTest, AllAreFoundAtOnce) {
  const RecordFields record = FieldsIn(R"pb(published_on { year: 2026 }
                                            gift {
                                              offered_on { year: 2026 }
                                              decided_on { year: 2025 }
                                              asset_number: "A-1"
                                            })pb");
  EXPECT_THAT(PathsIn(ContradictionsOf(record)),
              ElementsAre("published_on", "gift.decided_on", "gift.asset_number"));
  EXPECT_THAT(ToText(ContradictionsOf(record)),
              ::testing::HasSubstr("gift.decided_on: 2025: want no day before offered_on, 2026; "));
}

TEST(ContradictionsTest, WhatIsDoneIsPastAndWhatIsPlannedMayLieAhead) {
  const fields::PartialDate today{2026, 2, 28};
  EXPECT_THAT(FutureDatesOf(
                  FieldsIn("travel { depart_on { year: 2027 } return_on { year: 2027 } }"), today),
              IsEmpty());
  EXPECT_THAT(
      FutureDatesOf(FieldsIn("occur_date { year: 2031 month: 2 day: 28 } delegation {}"), today),
      IsEmpty());
  EXPECT_THAT(PathsIn(FutureDatesOf(
                  FieldsIn("occur_date { year: 2031 month: 3 day: 1 } delegation {}"), today)),
              ElementsAre("occur_date"));
  EXPECT_THAT(PathsIn(FutureDatesOf(
                  FieldsIn(R"pb(published_on { year: 2027 }
                                travel {
                                  depart_on { year: 2027 }
                                  debriefed_on { year: 2027 }
                                  cost_lines { amount { rate_date { year: 2026 month: 3 } } }
                                  decision_links { decided_on { year: 2027 } }
                                })pb"),
                  today)),
              ElementsAre("published_on", "travel.cost_lines[0].amount.rate_date",
                          "travel.debriefed_on", "travel.decision_links[0].decided_on"));
}

}  // namespace
}  // namespace twinledger::engagement
