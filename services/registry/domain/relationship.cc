#include "registry/domain/relationship.h"

#include <initializer_list>
#include <utility>

#include "platform/fields/field_paths.h"
#include "registry/domain/amendment.h"

namespace twinledger::registry {
namespace {

using events::v1::RelationshipFields;

constexpr auto kActive = events::v1::RELATIONSHIP_STATUS_ACTIVE;
constexpr auto kReactive = events::v1::RELATIONSHIP_STATUS_REACTIVE;
constexpr auto kDormant = events::v1::RELATIONSHIP_STATUS_DORMANT;
constexpr auto kProposed = events::v1::RELATIONSHIP_STATUS_PROPOSED;
constexpr auto kSuspended = events::v1::RELATIONSHIP_STATUS_SUSPENDED;
constexpr auto kEnded = events::v1::RELATIONSHIP_STATUS_ENDED;

// What forbids a command, or nothing. Several are asked in the order that a person would.
using Verdict = std::optional<Rejected>;

Verdict FirstOf(std::initializer_list<Verdict> verdicts) {
  for (const Verdict& verdict : verdicts) {
    if (verdict) return verdict;
  }
  return std::nullopt;
}

Verdict Forbid(Rejection rejection, std::string standing = {}) {
  return Rejected{rejection, std::move(standing)};
}

tl::unexpected<Rejected> Refuse(const Verdict& verdict) { return tl::make_unexpected(*verdict); }

tl::unexpected<Rejected> RefuseIn(const Relationship& relationship, Rejection rejection) {
  return Reject(rejection, events::v1::RelationshipStatus_Name(relationship.fields().status()));
}

Verdict CouncilForbids(const Situation& situation) { return ForbidsBeginning(situation.council); }

// Another open relationship of the same kind with the same partner.
Verdict OthersForbid(const Situation& situation, const RelationshipFields& fields) {
  if (fields.status() == kEnded) return std::nullopt;
  for (const Relationship& other : situation.others) {
    if (other.relationship_id() == situation.relationship_id.value()) continue;
    if (other.fields().status() == kEnded) continue;
    if (other.fields().partner_id() != fields.partner_id()) continue;
    if (other.fields().kind() != fields.kind()) continue;
    return Forbid(Rejection::kRelationshipOpen, other.relationship_id());
  }
  return std::nullopt;
}

// What happened, happened by today, in its order, and only what ended has an end.
Verdict DatesForbid(const RelationshipFields& fields, const PartialDate& suspended_on,
                    const Context& context) {
  for (const PartialDate& date : {fields.since(), fields.ended()}) {
    if (IsBefore(context.today, date)) return Forbid(Rejection::kDateInFuture, ToText(date));
  }
  for (const PartialDate& later : {suspended_on, fields.ended()}) {
    if (IsBefore(later, fields.since())) {
      return Forbid(Rejection::kDatesOutOfOrder, ToText(later));
    }
  }
  const bool has_end = fields.has_ended() || !fields.end_reason().empty();
  if (has_end && fields.status() != kEnded) {
    return Forbid(Rejection::kEndWithoutEnded,
                  events::v1::RelationshipStatus_Name(fields.status()));
  }
  return std::nullopt;
}

// `date` is of a step, which follows all that is dated so far.
Verdict StepForbidden(const Relationship& relationship, const PartialDate& date,
                      const Context& context) {
  if (IsBefore(context.today, date)) return Forbid(Rejection::kDateInFuture, ToText(date));
  for (const PartialDate& earlier :
       {relationship.fields().since(), relationship.suspended_on(), relationship.last_activity()}) {
    if (IsBefore(date, earlier)) return Forbid(Rejection::kDatesOutOfOrder, ToText(earlier));
  }
  return std::nullopt;
}

Event NewEvent(const Context& context) {
  Event event;
  *event.mutable_provenance() = context.provenance;
  return event;
}

template <class Kind>
Kind& Identify(const Situation& situation, Kind* kind) {
  kind->set_council_id(situation.council_id.value());
  kind->set_relationship_id(situation.relationship_id.value());
  return *kind;
}

Decision DecideOn(const Situation& situation, const Propose& command, const Context& context) {
  RelationshipFields wished = command.fields;
  wished.set_status(kProposed);
  if (situation.relationship) {
    if (fields::DifferingPaths(situation.relationship->fields(), wished).empty()) return Events{};
    return Reject(Rejection::kRelationshipExists, context.current_etag);
  }
  const auto no = FirstOf({CouncilForbids(situation), OthersForbid(situation, wished)});
  if (no) return Refuse(no);
  Event event = NewEvent(context);
  *Identify(situation, event.mutable_relationship_proposed()).mutable_fields() = command.fields;
  return Events{std::move(event)};
}

Decision DecideOn(const Situation& situation, const Record& command, const Context& context) {
  const RelationshipFields& wished = command.fields;
  if (situation.relationship) {
    if (fields::DifferingPaths(situation.relationship->fields(), wished).empty()) return Events{};
    return Reject(Rejection::kRelationshipExists, context.current_etag);
  }
  const auto no = FirstOf({CouncilForbids(situation), OthersForbid(situation, wished),
                           DatesForbid(wished, {}, context)});
  if (no) return Refuse(no);
  Event event = NewEvent(context);
  *Identify(situation, event.mutable_relationship_recorded()).mutable_fields() = wished;
  return Events{std::move(event)};
}

Decision DecideOn(const Situation& situation, const AmendRelationship& command,
                  const Context& context) {
  const Relationship& current = *situation.relationship;
  Amendment amendment = Amend(current.fields(), command.fields, command.paths);
  if (amendment.paths.empty()) return Events{};
  const bool other_status = amendment.result.status() != current.fields().status();
  if (other_status && current.status_decided()) {
    return RefuseIn(current, Rejection::kStatusDecided);
  }
  const auto no = FirstOf({OthersForbid(situation, amendment.result),
                           DatesForbid(amendment.result, current.suspended_on(), context)});
  if (no) return Refuse(no);
  Event event = NewEvent(context);
  Render(std::move(amendment), Identify(situation, event.mutable_relationship_amended()));
  return Events{std::move(event)};
}

Decision DecideOn(const Situation& situation, const Establish& command, const Context& context) {
  const Relationship& current = *situation.relationship;
  const auto status = current.fields().status();
  if (status == kActive && IsSame(current.fields().since(), command.since)) return Events{};
  if (status != kProposed) return RefuseIn(current, Rejection::kNotProposed);
  const auto no =
      FirstOf({CouncilForbids(situation), StepForbidden(current, command.since, context)});
  if (no) return Refuse(no);
  Event event = NewEvent(context);
  auto& established = Identify(situation, event.mutable_relationship_established());
  *established.mutable_since() = command.since;
  return Events{std::move(event)};
}

Decision DecideOn(const Situation& situation, const Suspend& command, const Context& context) {
  const Relationship& current = *situation.relationship;
  const auto status = current.fields().status();
  if (status == kSuspended && current.suspension_grounds() == command.grounds &&
      IsSame(current.suspended_on(), command.suspended_on)) {
    return Events{};
  }
  if (status != kActive && status != kReactive && status != kDormant) {
    return RefuseIn(current, Rejection::kNotActive);
  }
  const auto no = StepForbidden(current, command.suspended_on, context);
  if (no) return Refuse(no);
  Event event = NewEvent(context);
  auto& suspended = Identify(situation, event.mutable_relationship_suspended());
  suspended.set_grounds(command.grounds);
  if (IsKnown(command.suspended_on)) *suspended.mutable_suspended_on() = command.suspended_on;
  return Events{std::move(event)};
}

Decision DecideOn(const Situation& situation, const Resume& command, const Context& context) {
  const Relationship& current = *situation.relationship;
  const auto status = current.fields().status();
  if (status == kActive) return Events{};
  if (status != kSuspended && status != kDormant) {
    return RefuseIn(current, Rejection::kNotSuspended);
  }
  const auto no =
      FirstOf({CouncilForbids(situation), StepForbidden(current, command.resumed_on, context)});
  if (no) return Refuse(no);
  Event event = NewEvent(context);
  auto& resumed = Identify(situation, event.mutable_relationship_resumed());
  if (IsKnown(command.resumed_on)) *resumed.mutable_resumed_on() = command.resumed_on;
  return Events{std::move(event)};
}

Decision DecideOn(const Situation& situation, const End& command, const Context& context) {
  const Relationship& current = *situation.relationship;
  if (current.fields().status() == kEnded) {
    if (IsSame(current.fields().ended(), command.ended) &&
        current.fields().end_reason() == command.end_reason) {
      return Events{};
    }
    return Reject(Rejection::kAlreadyEnded, ToText(current.fields().ended()));
  }
  const auto no = StepForbidden(current, command.ended, context);
  if (no) return Refuse(no);
  Event event = NewEvent(context);
  auto& ended = Identify(situation, event.mutable_relationship_ended());
  *ended.mutable_ended() = command.ended;
  ended.set_end_reason(command.end_reason);
  return Events{std::move(event)};
}

// A command decided the status, on that day.
void Step(Relationship& relationship, events::v1::RelationshipStatus status,
          const PartialDate& date) {
  relationship.mutable_fields()->set_status(status);
  relationship.set_status_decided(true);
  if (IsKnown(date)) *relationship.mutable_last_activity() = date;
}

template <class Kind>
Relationship Opened(const Kind& kind) {
  Relationship relationship;
  relationship.set_council_id(kind.council_id());
  relationship.set_relationship_id(kind.relationship_id());
  *relationship.mutable_fields() = kind.fields();
  return relationship;
}

}  // namespace

Decision Decide(const Situation& situation, const RelationshipCommand& command,
                const Context& context) {
  if (const auto early = HasNotHappened(context)) return tl::make_unexpected(*early);
  return std::visit(
      [&](const auto& wish) -> Decision {
        if constexpr (requires { wish.etag; }) {
          if (!situation.relationship) return Reject(Rejection::kRelationshipNotFound);
          if (wish.etag != context.current_etag) {
            return Reject(Rejection::kEtagMismatch, context.current_etag);
          }
        }
        return DecideOn(situation, wish, context);
      },
      command);
}

Relationship Evolve(Relationship relationship, const Event& event) {
  switch (event.kind_case()) {
    case Event::kRelationshipProposed:
      relationship = Opened(event.relationship_proposed());
      Step(relationship, kProposed, {});
      return relationship;
    case Event::kRelationshipRecorded:
      return Opened(event.relationship_recorded());
    case Event::kRelationshipAmended:
      Fold(event.relationship_amended(), *relationship.mutable_fields());
      return relationship;
    case Event::kRelationshipEstablished:
      *relationship.mutable_fields()->mutable_since() = event.relationship_established().since();
      Step(relationship, kActive, event.relationship_established().since());
      return relationship;
    case Event::kRelationshipSuspended:
      relationship.set_suspension_grounds(event.relationship_suspended().grounds());
      relationship.clear_suspended_on();
      if (event.relationship_suspended().has_suspended_on()) {
        *relationship.mutable_suspended_on() = event.relationship_suspended().suspended_on();
      }
      Step(relationship, kSuspended, event.relationship_suspended().suspended_on());
      return relationship;
    case Event::kRelationshipResumed:
      Step(relationship, kActive, event.relationship_resumed().resumed_on());
      return relationship;
    case Event::kRelationshipEnded:
      *relationship.mutable_fields()->mutable_ended() = event.relationship_ended().ended();
      relationship.mutable_fields()->set_end_reason(event.relationship_ended().end_reason());
      Step(relationship, kEnded, event.relationship_ended().ended());
      return relationship;
    case Event::kCouncilRegistered:
    case Event::kCouncilAmended:
    case Event::kCouncilReportingSinceSet:
    case Event::kPartnerRegistered:
    case Event::kPartnerAmended:
    case Event::kOfficialRegistered:
    case Event::kOfficialAmended:
    case Event::kPrincipalRegistered:
    case Event::kPrincipalAmended:
    case Event::kPrincipalMerged:
    case Event::kStrategicAssetRegistered:
    case Event::kStrategicAssetAmended:
    case Event::kStrategicAssetCriticalitySet:
    case Event::KIND_NOT_SET:  // Written by a newer program: kept, verified, not understood.
      return relationship;
  }
  return relationship;
}

}  // namespace twinledger::registry
