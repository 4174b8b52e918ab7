// Whatever was recorded before, and whatever is asked: properties of the rules.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "platform/fields/field_paths.h"
#include "registry/domain/council.h"
#include "registry/domain/relationship.h"
#include "tests/unit/registry/given_when.h"

namespace twinledger::registry {
namespace {

using rc::gen::element;

// Evenly, also in the first cases, which RapidCheck would keep small: a past needs all commands.
int Between(int least, int most) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(least, most + 1));
}
bool OneIn(int cases) { return Between(1, cases) == 1; }

PartialDate AnyDate() {
  if (OneIn(4)) return {};
  return Date(Between(2000, 2029), Between(0, 12));
}

events::v1::RelationshipFields AnyFields() {
  events::v1::RelationshipFields fields;
  fields.set_partner_id(*element<std::string>("p1", "p2"));
  fields.set_kind(static_cast<events::v1::RelationshipKind>(Between(1, 2)));
  fields.set_status(static_cast<events::v1::RelationshipStatus>(Between(1, 8)));
  if (OneIn(2)) *fields.mutable_since() = AnyDate();
  if (OneIn(4)) *fields.mutable_ended() = AnyDate();
  fields.set_owner_role(*element<std::string>("", "mayor", "economic development"));
  return fields;
}

std::string AnyEtag() { return OneIn(8) ? "older" : kEtag; }

std::vector<std::string> AnyPaths() {
  std::vector<std::string> paths;
  for (const std::string path : {"partner_id", "kind", "status", "since", "ended", "owner_role"}) {
    if (OneIn(2)) paths.push_back(path);
  }
  return paths;
}

RelationshipCommand AnyCommand() {
  switch (Between(0, 6)) {
    case 0: {
      events::v1::RelationshipFields fields = AnyFields();
      fields.clear_status();
      fields.clear_since();
      fields.clear_ended();
      return Propose{fields};
    }
    case 1:
      return Record{AnyFields()};
    case 2:
      return AmendRelationship{AnyEtag(), AnyFields(), AnyPaths()};
    case 3:
      return Establish{AnyEtag(), AnyDate()};
    case 4:
      return Suspend{AnyEtag(), *element<std::string>("review", "advice"), AnyDate()};
    case 5:
      return Resume{AnyEtag(), AnyDate()};
    default:
      return End{AnyEtag(), AnyDate(), *element<std::string>("dormant", "merged")};
  }
}

void Fold(Situation& situation, const Events& events) {
  for (const Event& event : events) {
    situation.relationship = Evolve(situation.relationship.value_or(Relationship()), event);
  }
}

// A relationship with some past, reached by commands as they come.
Situation AnyPast() {
  Situation situation{CouncilId("wellington-city"), RelationshipId("r1"), Council()};
  situation.council->mutable_fields()->set_status(events::v1::COUNCIL_STATUS_ACTIVE);
  Record opening{AnyFields()};
  opening.fields.clear_since();
  opening.fields.clear_ended();
  const Decision opened = Decide(situation, opening, Now());
  RC_ASSERT(opened.has_value());
  Fold(situation, *opened);
  for (int steps = Between(0, 7); steps > 0; --steps) {
    const Decision decision = Decide(situation, AnyCommand(), Now());
    if (decision) Fold(situation, *decision);
  }
  if (OneIn(5)) situation.council->mutable_fields()->set_status(events::v1::COUNCIL_STATUS_MERGED);
  return situation;
}

// Now and then nothing is there yet.
Situation AnySituation() {
  Situation situation = AnyPast();
  if (OneIn(3)) situation.relationship.reset();
  return situation;
}

RC_GTEST_PROP(RelationshipProperty, ACommandIsNeverRecordedTwice, ()) {
  Situation situation = AnySituation();
  const RelationshipCommand command = AnyCommand();
  const Decision first = Decide(situation, command, Now());
  RC_PRE(first.has_value());
  Fold(situation, *first);
  const Decision again = Decide(situation, command, Now());
  RC_ASSERT(!again || again->empty());
}

RC_GTEST_PROP(RelationshipProperty, WhatIsRecordedKeepsTheRules, ()) {
  const Situation situation = AnyPast();
  const auto& fields = situation.relationship->fields();
  const bool ended = fields.status() == events::v1::RELATIONSHIP_STATUS_ENDED;
  RC_ASSERT(ended || !fields.has_ended());
  RC_ASSERT(!IsBefore(fields.ended(), fields.since()));
  RC_ASSERT(!IsBefore(Now().today, fields.since()));
}

RC_GTEST_PROP(RelationshipProperty, AnAmendmentChangesWhatItsEventSaysAndNothingElse, ()) {
  Situation situation = AnyPast();
  AmendRelationship amend{kEtag, AnyFields(), {"kind", "since", "owner_role"}};
  const auto before = situation.relationship->fields();
  const Decision decision = Decide(situation, amend, Now());
  RC_PRE(decision.has_value());
  Fold(situation, *decision);
  const std::vector<std::string> changed =
      fields::DifferingPaths(before, situation.relationship->fields());
  if (decision->empty()) {
    RC_ASSERT(changed.empty());
  } else {
    const auto& paths = decision->front().relationship_amended().paths();
    RC_ASSERT(changed == std::vector<std::string>(paths.begin(), paths.end()));
  }
}

RC_GTEST_PROP(RelationshipProperty, AnEndIsForEver, ()) {
  Situation situation = AnyPast();
  const Decision end = Decide(situation, End{kEtag, {}, "over"}, Now());
  RC_PRE(end.has_value());
  Fold(situation, *end);
  const Decision decision = Decide(situation, AnyCommand(), Now());
  if (decision) Fold(situation, *decision);
  RC_ASSERT(situation.relationship->fields().status() == events::v1::RELATIONSHIP_STATUS_ENDED);
}

}  // namespace
}  // namespace twinledger::registry
