#include "registry/domain/relationship.h"

#include "tests/unit/registry/given_when.h"

namespace twinledger::registry {
namespace {

const std::string kIds = R"pb(council_id: "wellington-city" relationship_id: "r1")pb";
const std::string kSister = R"pb(partner_id: "p1" kind: RELATIONSHIP_KIND_SISTER_CITY)pb";

std::string Of(const std::string& kind, const std::string& content) {
  return kind + " { " + kIds + " " + content + " }";
}

const std::string kProposed = Of("relationship_proposed", "fields { " + kSister + " }");
const std::string kEstablished = Of("relationship_established", "since { year: 2006 month: 5 }");
const std::string kSuspended = Of("relationship_suspended", R"pb(grounds: "review"
                                                                 suspended_on { year: 2024 })pb");
const std::string kResumed = Of("relationship_resumed", "resumed_on { year: 2025 }");
const std::string kEnded = Of("relationship_ended", R"pb(ended { year: 2026 }
                                                         end_reason: "dormant")pb");

std::string Recorded(const std::string& status) {
  return Of("relationship_recorded",
            "fields { " + kSister + " status: RELATIONSHIP_STATUS_" + status + " }");
}

Council CouncilOf(events::v1::CouncilStatus status) {
  Council council;
  council.set_council_id("wellington-city");
  council.mutable_fields()->set_status(status);
  return council;
}

Situation Given(const std::vector<std::string>& given) {
  Situation situation{CouncilId("wellington-city"), RelationshipId("r1"),
                      CouncilOf(events::v1::COUNCIL_STATUS_ACTIVE)};
  for (const std::string& text : given) {
    situation.relationship = Evolve(situation.relationship.value_or(Relationship()), EventOf(text));
  }
  return situation;
}

Decision GivenWhen(const std::vector<std::string>& given, const RelationshipCommand& when) {
  return Decide(Given(given), when, Now());
}

TEST(RelationshipTest, ProposingRecordsTheProposal) {
  EXPECT_THAT(GivenWhen({}, Propose{Parse<events::v1::RelationshipFields>(kSister)}),
              Records(kProposed));
}

TEST(RelationshipTest, ALifeCycleRecordsEachStep) {
  EXPECT_THAT(GivenWhen({kProposed}, Establish{kEtag, Date(2006, 5)}), Records(kEstablished));
  EXPECT_THAT(GivenWhen({kProposed, kEstablished}, Suspend{kEtag, "review", Date(2024)}),
              Records(kSuspended));
  EXPECT_THAT(GivenWhen({kProposed, kEstablished, kSuspended}, Resume{kEtag, Date(2025)}),
              Records(kResumed));
  EXPECT_THAT(
      GivenWhen({kProposed, kEstablished, kSuspended, kResumed}, End{kEtag, Date(2026), "dormant"}),
      Records(kEnded));
}

TEST(RelationshipTest, EachStepAskedForAgainRecordsNothing) {
  EXPECT_THAT(GivenWhen({kProposed}, Propose{Parse<events::v1::RelationshipFields>(kSister)}),
              Records());
  EXPECT_THAT(GivenWhen({kProposed, kEstablished}, Establish{kEtag, Date(2006, 5)}), Records());
  EXPECT_THAT(
      GivenWhen({kProposed, kEstablished, kSuspended}, Suspend{kEtag, "review", Date(2024)}),
      Records());
  EXPECT_THAT(GivenWhen({kProposed, kEstablished}, Resume{kEtag, {}}), Records());
  EXPECT_THAT(GivenWhen({kProposed, kEnded}, End{kEtag, Date(2026), "dormant"}), Records());
}

TEST(RelationshipTest, RecordingKeepsTheStatusOfTheSourceAsNobodysDecision) {
  for (const std::string status : {"ACTIVE", "DORMANT", "HISTORIC", "UNKNOWN", "SUSPENDED"}) {
    SCOPED_TRACE(status);
    const auto fields =
        Parse<events::v1::RelationshipFields>(kSister + " status: RELATIONSHIP_STATUS_" + status);
    EXPECT_THAT(GivenWhen({}, Record{fields}), Records(Recorded(status)));
    EXPECT_THAT(GivenWhen({Recorded(status)}, Record{fields}), Records());
    EXPECT_FALSE(Given({Recorded(status)}).relationship->status_decided());
  }
}

TEST(RelationshipTest, ARecordedStatusIsAmendedUntilACommandDecidesIt) {
  const AmendRelationship amend{
      kEtag,
      Parse<events::v1::RelationshipFields>("status: RELATIONSHIP_STATUS_DORMANT"),
      {"status"}};
  EXPECT_THAT(GivenWhen({Recorded("UNKNOWN")}, amend),
              Records(Of("relationship_amended", R"pb(fields { status: RELATIONSHIP_STATUS_DORMANT }
                                                      paths: "status")pb")));
  EXPECT_THAT(GivenWhen({Recorded("ACTIVE"), kSuspended}, amend),
              Refuses(Rejection::kStatusDecided, "RELATIONSHIP_STATUS_SUSPENDED"));
}

TEST(RelationshipTest, ARecordedRelationshipGoesOnThroughItsLifeCycle) {
  EXPECT_THAT(GivenWhen({Recorded("PROPOSED")}, Establish{kEtag, Date(2006, 5)}),
              Records(kEstablished));
  EXPECT_THAT(GivenWhen({Recorded("DORMANT")}, Resume{kEtag, Date(2025)}), Records(kResumed));
  EXPECT_THAT(GivenWhen({Recorded("UNKNOWN")}, End{kEtag, Date(2026), "dormant"}), Records(kEnded));
}

TEST(RelationshipTest, TheLastStepIsTheLastActivity) {
  EXPECT_FALSE(Given({kProposed}).relationship->has_last_activity());
  EXPECT_EQ(ToText(Given({kProposed, kEstablished}).relationship->last_activity()), "2006-05");
  EXPECT_EQ(ToText(Given({kProposed, kEstablished, kSuspended}).relationship->last_activity()),
            "2024");
}

TEST(RelationshipTest, OneRelationshipOfAKindWithAPartnerIsOpenAtATime) {
  Situation situation = Given({});
  Relationship other;
  other.set_relationship_id("r2");
  *other.mutable_fields() =
      Parse<events::v1::RelationshipFields>(kSister + " status: RELATIONSHIP_STATUS_HISTORIC");
  situation.others = {other};
  EXPECT_THAT(Decide(situation, Propose{Parse<events::v1::RelationshipFields>(kSister)}, Now()),
              Refuses(Rejection::kRelationshipOpen, "r2"));
  EXPECT_THAT(Decide(situation,
                     Record{Parse<events::v1::RelationshipFields>(
                         kSister + " status: RELATIONSHIP_STATUS_ACTIVE")},
                     Now()),
              Refuses(Rejection::kRelationshipOpen, "r2"));

  const auto friendly =
      Parse<events::v1::RelationshipFields>(R"pb(partner_id: "p1"
                                                 kind: RELATIONSHIP_KIND_FRIENDLY_CITY)pb");
  EXPECT_TRUE(Decide(situation, Propose{friendly}, Now()).has_value());

  situation.others[0].mutable_fields()->set_status(events::v1::RELATIONSHIP_STATUS_ENDED);
  EXPECT_TRUE(Decide(situation, Propose{Parse<events::v1::RelationshipFields>(kSister)}, Now())
                  .has_value());
}

TEST(RelationshipTest, ACouncilThatIsGoneBeginsNothingAndStillEndsWhatItHas) {
  Situation situation = Given({});
  situation.council = CouncilOf(events::v1::COUNCIL_STATUS_MERGED);
  EXPECT_THAT(Decide(situation, Propose{Parse<events::v1::RelationshipFields>(kSister)}, Now()),
              Refuses(Rejection::kCouncilNotActive, "COUNCIL_STATUS_MERGED"));
  situation.council.reset();
  EXPECT_THAT(Decide(situation, Record{Parse<events::v1::RelationshipFields>(kSister)}, Now()),
              Refuses(Rejection::kCouncilNotFound));

  Situation open = Given({kProposed, kEstablished});
  open.council = CouncilOf(events::v1::COUNCIL_STATUS_DISSOLVED);
  EXPECT_TRUE(Decide(open, End{kEtag, Date(2026), "dissolved"}, Now()).has_value());
}

TEST(RelationshipTest, RefusesWhatTheRulesForbid) {
  const std::string active = "RELATIONSHIP_STATUS_ACTIVE";
  const std::vector<std::string> open = {kProposed, kEstablished};
  const struct {
    std::string name;
    std::vector<std::string> given;
    RelationshipCommand when;
    Rejection then;
    std::string standing;
  } refusals[] = {
      {"another proposal under its id",
       {kProposed},
       Propose{Parse<events::v1::RelationshipFields>(R"pb(partner_id: "p2")pb")},
       Rejection::kRelationshipExists,
       kEtag},
      {"record what is proposed",
       {kProposed},
       Record{Parse<events::v1::RelationshipFields>(kSister)},
       Rejection::kRelationshipExists,
       kEtag},
      {"establish before it is proposed",
       {},
       Establish{kEtag, Date(2006)},
       Rejection::kRelationshipNotFound,
       ""},
      {"establish an old version",
       {kProposed},
       Establish{"older", Date(2006)},
       Rejection::kEtagMismatch,
       kEtag},
      {"establish on another day", open, Establish{kEtag, Date(2007)}, Rejection::kNotProposed,
       active},
      {"establish tomorrow",
       {kProposed},
       Establish{kEtag, Date(2026, 11, 26)},
       Rejection::kDateInFuture,
       "2026-11-26"},
      {"suspend before it is established",
       {kProposed},
       Suspend{kEtag, "review", {}},
       Rejection::kNotActive,
       "RELATIONSHIP_STATUS_PROPOSED"},
      {"suspend before it began", open, Suspend{kEtag, "review", Date(2005)},
       Rejection::kDatesOutOfOrder, "2006-05"},
      {"resume before it is established",
       {kProposed},
       Resume{kEtag, {}},
       Rejection::kNotSuspended,
       "RELATIONSHIP_STATUS_PROPOSED"},
      {"resume before it was suspended",
       {kProposed, kEstablished, kSuspended},
       Resume{kEtag, Date(2023)},
       Rejection::kDatesOutOfOrder,
       "2024"},
      {"end before it began", open, End{kEtag, Date(2006, 4), "x"}, Rejection::kDatesOutOfOrder,
       "2006-05"},
      {"end again otherwise",
       {kProposed, kEnded},
       End{kEtag, Date(2026), "x"},
       Rejection::kAlreadyEnded,
       "2026"},
      {"record an end before its beginning",
       {},
       Record{Parse<events::v1::RelationshipFields>(
           "status: RELATIONSHIP_STATUS_ENDED since { year: 2000 } ended { year: 1999 "
           "}")},
       Rejection::kDatesOutOfOrder,
       "1999"},
      {"record the end of what goes on",
       {},
       Record{Parse<events::v1::RelationshipFields>(
           "status: RELATIONSHIP_STATUS_ACTIVE ended { year: 1999 }")},
       Rejection::kEndWithoutEnded,
       active},
      {"amend to begin in the future", open,
       AmendRelationship{
           kEtag, Parse<events::v1::RelationshipFields>("since { year: 2027 }"), {"since"}},
       Rejection::kDateInFuture, "2027"},
      {"amend to begin after its suspension",
       {kProposed, kEstablished, kSuspended},
       AmendRelationship{
           kEtag, Parse<events::v1::RelationshipFields>("since { year: 2025 }"), {"since"}},
       Rejection::kDatesOutOfOrder,
       "2024"},
  };
  for (const auto& [name, given, when, then, standing] : refusals) {
    SCOPED_TRACE(name);
    EXPECT_THAT(GivenWhen(given, when), Refuses(then, standing));
  }
}

TEST(RelationshipTest, WhatIsToldHasHappened) {
  Context context = Now();
  *context.provenance.mutable_occur_date() = Date(2026, 12);
  EXPECT_THAT(Decide(Given({kProposed}), Establish{kEtag, Date(2006)}, context),
              Refuses(Rejection::kDateInFuture, "2026-12"));
  *context.provenance.mutable_occur_date() = Date(2026);  // It has begun.
  EXPECT_TRUE(Decide(Given({kProposed}), Establish{kEtag, Date(2006)}, context));
}

}  // namespace
}  // namespace twinledger::registry
