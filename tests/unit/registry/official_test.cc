#include "registry/domain/official.h"

#include "tests/unit/registry/given_when.h"

namespace twinledger::registry {
namespace {

const std::string kMayorFields = R"pb(display_name_sealed: "sealed"
                                      office: "Mayor"
                                      since { year: 2022 month: 10 })pb";
const std::string kMayorRegistered =
    R"pb(official_registered { council_id: "wellington-city" official_id: "o1" fields {)pb" +
    kMayorFields + "} }";

OfficialSituation OfficialAfter(const std::vector<std::string>& given) {
  OfficialSituation situation{CouncilId("wellington-city"), OfficialId("o1"), Council()};
  situation.council->mutable_fields()->set_status(events::v1::COUNCIL_STATUS_ACTIVE);
  for (const std::string& text : given) {
    situation.official = Evolve(situation.official.value_or(Official()), EventOf(text));
  }
  return situation;
}

Decision GivenWhen(const std::vector<std::string>& given, const OfficialCommand& when) {
  return Decide(OfficialAfter(given), when, Now());
}

events::v1::OfficialFields MayorWith(const std::string& text) {
  return Parse<events::v1::OfficialFields>(text);
}

TEST(OfficialTest, RegisteringRecordsWhatIsKnown) {
  EXPECT_THAT(GivenWhen({}, RegisterOfficial{MayorWith(kMayorFields)}), Records(kMayorRegistered));
}

TEST(OfficialTest, RegisteringTheSameAgainRecordsNothing) {
  EXPECT_THAT(GivenWhen({kMayorRegistered}, RegisterOfficial{MayorWith(kMayorFields)}), Records());
}

TEST(OfficialTest, AmendingRecordsOnlyTheFieldsThatChange) {
  EXPECT_THAT(GivenWhen({kMayorRegistered},
                        AmendOfficial{kEtag,
                                      MayorWith(R"pb(display_name_sealed: "sealed"
                                                     office: "Mayor"
                                                     until { year: 2025 })pb"),
                                      {"display_name_sealed", "office", "since", "until"}}),
              Records(R"pb(official_amended {
                             council_id: "wellington-city"
                             official_id: "o1"
                             fields { until { year: 2025 } }
                             paths: "since"
                             paths: "until"
                           })pb"));
}

TEST(OfficialTest, ATermMayLieAhead) {
  EXPECT_THAT(GivenWhen({kMayorRegistered},
                        AmendOfficial{kEtag, MayorWith("until { year: 2028 }"), {"until"}}),
              Records(R"pb(official_amended {
                             council_id: "wellington-city"
                             official_id: "o1"
                             fields { until { year: 2028 } }
                             paths: "until"
                           })pb"));
}

TEST(OfficialTest, RefusesWhatTheRulesForbid) {
  const struct {
    std::string name;
    std::vector<std::string> given;
    OfficialCommand when;
    Rejection then;
    std::string standing;
  } refusals[] = {
      {"register another under the same id",
       {kMayorRegistered},
       RegisterOfficial{MayorWith(R"pb(office: "Clerk")pb")},
       Rejection::kOfficialExists,
       kEtag},
      {"register a term that ends before it begins",
       {},
       RegisterOfficial{MayorWith(R"pb(office: "Mayor"
                                       since { year: 2022 }
                                       until { year: 2021 month: 5 })pb")},
       Rejection::kTermReversed,
       "2021-05"},
      {"amend what is not there",
       {},
       AmendOfficial{kEtag, {}, {"office"}},
       Rejection::kOfficialNotFound,
       ""},
      {"amend an old version",
       {kMayorRegistered},
       AmendOfficial{"older", {}, {"office"}},
       Rejection::kEtagMismatch,
       kEtag},
      {"amend a term to end before it begins",
       {kMayorRegistered},
       AmendOfficial{kEtag, MayorWith("until { year: 2022 month: 9 }"), {"until"}},
       Rejection::kTermReversed,
       "2022-09"},
  };
  for (const auto& [name, given, when, then, standing] : refusals) {
    SCOPED_TRACE(name);
    EXPECT_THAT(GivenWhen(given, when), Refuses(then, standing));
  }
}

TEST(OfficialTest, NothingBeginsForACouncilThatIsNotThereOrGone) {
  OfficialSituation situation = OfficialAfter({});
  situation.council->mutable_fields()->set_status(events::v1::COUNCIL_STATUS_MERGED);
  const RegisterOfficial command{MayorWith(kMayorFields)};
  EXPECT_THAT(Decide(situation, command, Now()),
              Refuses(Rejection::kCouncilNotActive, "COUNCIL_STATUS_MERGED"));
  situation.council.reset();
  EXPECT_THAT(Decide(situation, command, Now()), Refuses(Rejection::kCouncilNotFound));
}

TEST(OfficialTest, WhatIsToldHasHappened) {
  Context context = Now();
  *context.provenance.mutable_occur_date() = Date(2027);
  EXPECT_THAT(Decide(OfficialAfter({}), RegisterOfficial{}, context),
              Refuses(Rejection::kDateInFuture, "2027"));
}

}  // namespace
}  // namespace twinledger::registry
