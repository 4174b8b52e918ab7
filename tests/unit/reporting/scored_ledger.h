// Councils whose relationships have something to be scored.
#pragma once

#include <absl/strings/substitute.h>

#include <string>

#include "reporting/scores/countries.h"
#include "risk/rules/built_in.h"
#include "tests/unit/reporting/ledger.h"

namespace twinledger::reporting {

// A gift that was kept, of so many dollars.
inline std::string KeptGift(const std::string& council, const std::string& record,
                            const std::string& relationship, int dollars) {
  return absl::Substitute(
      "record_submitted { council_id: '$0' record_id: '$1' fields { relationship_id: '$2' gift { "
      "direction: GIFT_DIRECTION_OFFERED_TO_COUNCIL recipient { office: 'mayor' } donor { "
      "principal_id: 'p1' } kind: GIFT_KIND_ART value { cents: $3 currency: 'NZD' } offered_on { "
      "year: 2026 month: 1 day: 1 } disposition: GIFT_DISPOSITION_RETAINED } } }",
      council, record, relationship, dollars * 100);
}

class ScoredLedger : public Ledger {
 public:
  void AddCouncil(const std::string& council) {
    const std::string key = "council/" + council;
    EXPECT_EQ(Register(absl::Substitute("council_registered { council_id: '$0' fields { "
                                        "display_name: 'Council of $0' } }",
                                        council),
                       key),
              "");
  }
  void AddRelationship(const std::string& council, const std::string& id,
                       const std::string& fields = "") {
    EXPECT_EQ(
        Register(absl::Substitute("relationship_recorded { council_id: '$0' relationship_id: '$1' "
                                  "fields { partner_id: 'p9' $2 } }",
                                  council, id, fields),
                 "council/" + council),
        "");
  }
  void AddGift(const std::string& council, const std::string& record,
               const std::string& relationship, int dollars) {
    EXPECT_EQ(Engage(KeptGift(council, record, relationship, dollars), "council/" + council), "");
  }

  // As of today; `before` is what was known when it was taken.
  template <class Run>
  auto At(const store::Cut& before, const Run& run) const {
    const store::CutReader now = rows();
    const store::CutReader then = RowsAt(before);
    return run(Moment{
        .rows = now, .before = then, .rules = risk::Tl1(), .day = static_cast<risk::Day>(today())});
  }
  CouncilStandings Standings(const std::string& council, const store::Cut& before = {}) const {
    return At(before, [&](const Moment& at) {
      Names names(at.rows);
      Result<CouncilStandings> standings = StandingsOf(at, CouncilId(council), names);
      EXPECT_TRUE(standings.ok()) << (standings.ok() ? "" : standings.error().message);
      return standings.ok() ? *std::move(standings) : CouncilStandings();
    });
  }
  Country Whole(const store::Cut& before = {}) const {
    return At(before, [&](const Moment& at) {
      const auto all = AllCouncils(at.rows);
      EXPECT_TRUE(all.ok());
      Country country;
      for (const auto& [partition, councils] : *all) {
        const auto part = ComputePart(at, councils, {});
        EXPECT_TRUE(part.ok()) << (part.ok() ? "" : part.error().message);
        country.Add(*part);
      }
      return country;
    });
  }
};

}  // namespace twinledger::reporting
