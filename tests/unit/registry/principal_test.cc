#include "registry/domain/principal.h"

#include <rapidcheck/gtest.h>

#include <map>
#include <set>

#include "tests/unit/registry/given_when.h"

namespace twinledger::registry {
namespace {

const PrincipalId kPrincipalId("p2");

std::optional<Principal> PrincipalAfter(const std::vector<std::string>& given) {
  std::optional<Principal> principal;
  for (const std::string& text : given) {
    principal = Evolve(principal.value_or(Principal()), EventOf(text));
    principal->set_create_time_us(20);
  }
  return principal;
}

Decision GivenWhen(const std::vector<std::string>& given, const PrincipalCommand& when) {
  return Decide(kPrincipalId, PrincipalAfter(given), when, Now());
}

events::v1::PrincipalFields PrincipalWith(const std::string& text) {
  return Parse<events::v1::PrincipalFields>(text);
}

constexpr auto kOrganisation = events::v1::PRINCIPAL_KIND_ORGANISATION;
constexpr auto kPerson = events::v1::PRINCIPAL_KIND_PERSON;

const std::string kHarbourFields =
    R"pb(display_name: "Harbour Example Ltd" role: "port operator")pb";
const std::string kHarbourRegistered =
    R"pb(principal_registered { principal_id: "p2" kind: PRINCIPAL_KIND_ORGANISATION
                                registrar_id: "wellington-city"
                                fields {)pb" +
    kHarbourFields + "} }";
const std::string kHarbourMerged = R"pb(principal_merged { principal_id: "p2" into_id: "p1" })pb";

RegisterPrincipal Registering(const std::string& fields,
                              events::v1::PrincipalKind kind = kOrganisation) {
  return {kind, CouncilId("wellington-city"), PrincipalWith(fields)};
}

MergePrincipal MergingInto(const std::string& id, std::int64_t create_time_us,
                           events::v1::PrincipalKind kind = kOrganisation) {
  return {kEtag, MergePrincipal::Into{PrincipalId(id), kind, create_time_us}};
}

TEST(PrincipalTest, RegisteringRecordsWhatIsKnownAndWhoRegistered) {
  EXPECT_THAT(GivenWhen({}, Registering(kHarbourFields)), Records(kHarbourRegistered));
}

TEST(PrincipalTest, RegisteringTheSameAgainRecordsNothing) {
  EXPECT_THAT(GivenWhen({kHarbourRegistered}, Registering(kHarbourFields)), Records());
  EXPECT_THAT(GivenWhen({kHarbourRegistered}, RegisterPrincipal{kOrganisation, CouncilId(),
                                                                PrincipalWith(kHarbourFields)}),
              Records());
}

TEST(PrincipalTest, AmendingRecordsTheNewValues) {
  EXPECT_THAT(
      GivenWhen({kHarbourRegistered},
                AmendPrincipal{kEtag,
                               PrincipalWith(R"pb(donor_group_id: "p1"
                                                  affiliations { organisation: "Ministry" })pb"),
                               {"role", "donor_group_id", "affiliations"}}),
      Records(R"pb(principal_amended {
                     principal_id: "p2"
                     fields {
                       donor_group_id: "p1"
                       affiliations { organisation: "Ministry" }
                     }
                     paths: "role"
                     paths: "donor_group_id"
                     paths: "affiliations"
                   })pb"));
}

TEST(PrincipalTest, ItIsMergedIntoAnEarlierOneAndTheMergeCanBeUndone) {
  EXPECT_THAT(GivenWhen({kHarbourRegistered}, MergingInto("p1", 10)), Records(kHarbourMerged));
  EXPECT_THAT(GivenWhen({kHarbourRegistered, kHarbourMerged}, MergingInto("p1", 10)), Records());
  EXPECT_THAT(GivenWhen({kHarbourRegistered, kHarbourMerged}, MergePrincipal{kEtag, std::nullopt}),
              Records(R"pb(principal_merged { principal_id: "p2" })pb"));
  EXPECT_THAT(GivenWhen({kHarbourRegistered}, MergePrincipal{kEtag, std::nullopt}), Records());
  // Of two of one moment the ids decide.
  EXPECT_THAT(GivenWhen({kHarbourRegistered}, MergingInto("p1", 20)), Records(kHarbourMerged));
}

TEST(PrincipalTest, RefusesWhatTheRulesForbid) {
  const struct {
    std::string name;
    std::vector<std::string> given;
    PrincipalCommand when;
    Rejection then;
    std::string standing;
  } refusals[] = {
      {"register another under the same id",
       {kHarbourRegistered},
       Registering("display_name: \"Other\""),
       Rejection::kPrincipalExists,
       kEtag},
      {"register the same as of another kind",
       {kHarbourRegistered},
       Registering(kHarbourFields, kPerson),
       Rejection::kPrincipalExists,
       kEtag},
      {"register as a part of itself",
       {},
       Registering("organisation_id: \"p2\""),
       Rejection::kNamesItself,
       "organisation"},
      {"register as acting for itself",
       {},
       Registering("acting_for_id: \"p2\""),
       Rejection::kNamesItself,
       "acting_for"},
      {"amend what is not there",
       {},
       AmendPrincipal{kEtag, {}, {"role"}},
       Rejection::kPrincipalNotFound,
       ""},
      {"amend an old version",
       {kHarbourRegistered},
       AmendPrincipal{"older", {}, {"role"}},
       Rejection::kEtagMismatch,
       kEtag},
      {"amend to act for itself",
       {kHarbourRegistered},
       AmendPrincipal{kEtag, PrincipalWith("acting_for_id: \"p2\""), {"acting_for_id"}},
       Rejection::kNamesItself,
       "acting_for"},
      {"merge what is not there", {}, MergingInto("p1", 10), Rejection::kPrincipalNotFound, ""},
      {"merge an old version",
       {kHarbourRegistered},
       MergePrincipal{"older", std::nullopt},
       Rejection::kEtagMismatch,
       kEtag},
      {"merge into itself",
       {kHarbourRegistered},
       MergingInto("p2", 20),
       Rejection::kNamesItself,
       "into"},
      {"merge an organisation into a person",
       {kHarbourRegistered},
       MergingInto("p1", 10, kPerson),
       Rejection::kKindsDiffer,
       "PRINCIPAL_KIND_PERSON"},
      {"merge into one that was registered later",
       {kHarbourRegistered},
       MergingInto("p1", 21),
       Rejection::kMergesIntoYounger,
       "p1"},
      {"merge into the later one of one moment",
       {kHarbourRegistered},
       MergingInto("p3", 20),
       Rejection::kMergesIntoYounger,
       "p3"},
  };
  for (const auto& [name, given, when, then, standing] : refusals) {
    SCOPED_TRACE(name);
    EXPECT_THAT(GivenWhen(given, when), Refuses(then, standing));
  }
}

TEST(PrincipalTest, WhatIsToldHasHappened) {
  Context context = Now();
  *context.provenance.mutable_occur_date() = Date(2027);
  EXPECT_THAT(Decide(kPrincipalId, std::nullopt, Registering(kHarbourFields), context),
              Refuses(Rejection::kDateInFuture, "2027"));
}

// Each in a partition of its own, decided without a look at the others' merges.
RC_GTEST_PROP(PrincipalProperty, MergesNeverRunInACircle, ()) {
  std::map<std::string, Principal> principals;
  for (const std::string id : {"a", "b", "c", "d"}) {
    principals[id].set_principal_id(id);
    principals[id].set_kind(kOrganisation);
    principals[id].set_create_time_us(*rc::gen::inRange(1, 4));
  }
  const auto any = [] { return *rc::gen::element<std::string>("a", "b", "c", "d"); };
  for (int merges = *rc::gen::inRange(1, 20); merges > 0; --merges) {
    Principal& merged = principals[any()];
    const Principal& into = principals[any()];
    const Decision decision =
        Decide(PrincipalId(merged.principal_id()), merged,
               MergingInto(into.principal_id(), into.create_time_us()), Now());
    if (decision && !decision->empty()) merged = Evolve(merged, decision->front());
  }
  for (const auto& [id, principal] : principals) {
    std::set<std::string> met{id};
    for (std::string at = principal.merged_into_id(); !at.empty();
         at = principals[at].merged_into_id()) {
      RC_ASSERT(met.insert(at).second);
    }
  }
}

}  // namespace
}  // namespace twinledger::registry
