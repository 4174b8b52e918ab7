#include "registry/domain/council.h"

#include "tests/unit/registry/given_when.h"

namespace twinledger::registry {
namespace {

const CouncilId kCouncilId("wellington-city");

std::optional<Council> CouncilAfter(const std::vector<std::string>& given) {
  std::optional<Council> council;
  for (const std::string& text : given) {
    council = Evolve(council.value_or(Council()), EventOf(text));
  }
  return council;
}

Decision GivenWhen(const std::vector<std::string>& given, const CouncilCommand& when) {
  return Decide(kCouncilId, CouncilAfter(given), when, Now());
}

const std::string kWellingtonFields =
    R"pb(display_name: "Wellington City Council"
         kind: COUNCIL_KIND_CITY
         status: COUNCIL_STATUS_ACTIVE
         population: 202737
         has_port: TRI_STATE_YES)pb";
const std::string kCouncilRegistered =
    R"pb(council_registered { council_id: "wellington-city" fields {)pb" + kWellingtonFields +
    "} }";

TEST(CouncilTest, RegisteringRecordsWhatIsKnown) {
  EXPECT_THAT(GivenWhen({}, RegisterCouncil{Parse<events::v1::CouncilFields>(kWellingtonFields)}),
              Records(kCouncilRegistered));
}

TEST(CouncilTest, RegisteringTheSameAgainRecordsNothing) {
  EXPECT_THAT(GivenWhen({kCouncilRegistered},
                        RegisterCouncil{Parse<events::v1::CouncilFields>(kWellingtonFields)}),
              Records());
}

TEST(CouncilTest, RegisteringAnotherUnderTheSameIdIsRefusedWithTheCurrentEtag) {
  EXPECT_THAT(
      GivenWhen({kCouncilRegistered},
                RegisterCouncil{Parse<events::v1::CouncilFields>(R"pb(display_name: "Other")pb")}),
      Refuses(Rejection::kCouncilExists, kEtag));
}

TEST(CouncilTest, AmendingRecordsOnlyTheFieldsThatChange) {
  EXPECT_THAT(
      GivenWhen({kCouncilRegistered}, AmendCouncil{kEtag,
                                                   Parse<events::v1::CouncilFields>(
                                                       R"pb(display_name: "Wellington City Council"
                                                            population: 210400)pb"),
                                                   {"display_name", "population", "has_port"}}),
      Records(R"pb(council_amended {
                     council_id: "wellington-city"
                     fields { population: 210400 }
                     paths: "population"
                     paths: "has_port"
                   })pb"));
}

TEST(CouncilTest, AnAmendedFieldWithoutAValueIsCleared) {
  const auto council = CouncilAfter({kCouncilRegistered, R"pb(council_amended {
                                                                council_id: "wellington-city"
                                                                fields { population: 210400 }
                                                                paths: "population"
                                                                paths: "has_port"
                                                              })pb"});
  EXPECT_EQ(council->fields().population(), 210400);
  EXPECT_EQ(council->fields().has_port(), events::v1::TRI_STATE_UNSPECIFIED);
  EXPECT_EQ(council->fields().display_name(), "Wellington City Council");
}

TEST(CouncilTest, APopulationOfZeroIsNotAnUnknownOne) {
  EXPECT_THAT(
      GivenWhen(
          {kCouncilRegistered},
          AmendCouncil{kEtag, Parse<events::v1::CouncilFields>("population: 0"), {"population"}}),
      Records(R"pb(council_amended {
                     council_id: "wellington-city"
                     fields { population: 0 }
                     paths: "population"
                   })pb"));
  EXPECT_THAT(GivenWhen({kCouncilRegistered},
                        AmendCouncil{kEtag, Parse<events::v1::CouncilFields>(""), {"population"}}),
              Records(R"pb(council_amended {
                             council_id: "wellington-city"
                             fields {}
                             paths: "population"
                           })pb"));
}

TEST(CouncilTest, AnAmendmentThatChangesNothingRecordsNothing) {
  EXPECT_THAT(
      GivenWhen({kCouncilRegistered},
                AmendCouncil{kEtag, Parse<events::v1::CouncilFields>(kWellingtonFields), {"kind"}}),
      Records());
}

TEST(CouncilTest, SinceWhenItReportsIsSaidOnce) {
  const std::string set = R"pb(council_reporting_since_set {
                                 council_id: "wellington-city"
                                 reporting_since { year: 2027 month: 7 day: 1 }
                               })pb";
  const SetReportingSince command{kEtag, Date(2027, 7, 1)};
  EXPECT_THAT(GivenWhen({kCouncilRegistered}, command), Records(set));
  EXPECT_THAT(GivenWhen({kCouncilRegistered, set}, command), Records());
}

TEST(CouncilTest, RefusesWhatTheRulesForbid) {
  const struct {
    std::string name;
    std::vector<std::string> given;
    CouncilCommand when;
    Rejection then;
    std::string standing;
  } refusals[] = {
      {"amend what is not there",
       {},
       AmendCouncil{kEtag, {}, {"seat"}},
       Rejection::kCouncilNotFound,
       ""},
      {"amend an old version",
       {kCouncilRegistered},
       AmendCouncil{"older", {}, {"seat"}},
       Rejection::kEtagMismatch,
       kEtag},
      {"say since when one reports that is not there",
       {},
       SetReportingSince{kEtag, Date(2026, 7, 1)},
       Rejection::kCouncilNotFound,
       ""},
      {"say since when it reports of an old version",
       {kCouncilRegistered},
       SetReportingSince{"older", Date(2026, 7, 1)},
       Rejection::kEtagMismatch,
       kEtag},
      {"register a successor of an active one",
       {},
       RegisterCouncil{Parse<events::v1::CouncilFields>(R"pb(status: COUNCIL_STATUS_ACTIVE
                                                             successor_id: "x")pb")},
       Rejection::kSuccessorWithoutEnd,
       ""},
      {"name a successor of an active one",
       {kCouncilRegistered},
       AmendCouncil{
           kEtag, Parse<events::v1::CouncilFields>(R"pb(successor_id: "x")pb"), {"successor_id"}},
       Rejection::kSuccessorWithoutEnd,
       ""},
  };
  for (const auto& [name, given, when, then, standing] : refusals) {
    SCOPED_TRACE(name);
    EXPECT_THAT(GivenWhen(given, when), Refuses(then, standing));
  }
}

TEST(CouncilTest, WhatIsToldHasHappened) {
  Context context = Now();
  *context.provenance.mutable_occur_date() = Date(2027);
  EXPECT_THAT(Decide(kCouncilId, std::nullopt, RegisterCouncil{}, context),
              Refuses(Rejection::kDateInFuture, "2027"));
}

}  // namespace
}  // namespace twinledger::registry
