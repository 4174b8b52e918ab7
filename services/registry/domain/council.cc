#include "registry/domain/council.h"

#include "platform/fields/field_paths.h"
#include "registry/domain/amendment.h"

namespace twinledger::registry {
namespace {

using events::v1::CouncilFields;

// Only a council that is gone has a successor.
bool SuccessorIsSane(const CouncilFields& fields) {
  return fields.successor_id().empty() || fields.status() != events::v1::COUNCIL_STATUS_ACTIVE;
}

Decision DecideOn(const CouncilId& id, const std::optional<Council>& council,
                  const RegisterCouncil& command, const Context& context) {
  if (council) {
    if (fields::DifferingPaths(council->fields(), command.fields).empty()) return Events{};
    return Reject(Rejection::kCouncilExists, context.current_etag);
  }
  if (!SuccessorIsSane(command.fields)) return Reject(Rejection::kSuccessorWithoutEnd);
  Event event;
  *event.mutable_provenance() = context.provenance;
  event.mutable_council_registered()->set_council_id(id.value());
  *event.mutable_council_registered()->mutable_fields() = command.fields;
  return Events{std::move(event)};
}

Decision DecideOn(const CouncilId& id, const std::optional<Council>& council,
                  const AmendCouncil& command, const Context& context) {
  if (!council) return Reject(Rejection::kCouncilNotFound);
  if (command.etag != context.current_etag) {
    return Reject(Rejection::kEtagMismatch, context.current_etag);
  }
  Amendment amendment = Amend(council->fields(), command.fields, command.paths);
  if (amendment.paths.empty()) return Events{};
  if (!SuccessorIsSane(amendment.result)) return Reject(Rejection::kSuccessorWithoutEnd);
  Event event;
  *event.mutable_provenance() = context.provenance;
  event.mutable_council_amended()->set_council_id(id.value());
  Render(std::move(amendment), *event.mutable_council_amended());
  return Events{std::move(event)};
}

Decision DecideOn(const CouncilId& id, const std::optional<Council>& council,
                  const SetReportingSince& command, const Context& context) {
  if (!council) return Reject(Rejection::kCouncilNotFound);
  if (command.etag != context.current_etag) {
    return Reject(Rejection::kEtagMismatch, context.current_etag);
  }
  if (IsSame(council->reporting_since(), command.reporting_since)) return Events{};
  Event event;
  *event.mutable_provenance() = context.provenance;
  event.mutable_council_reporting_since_set()->set_council_id(id.value());
  *event.mutable_council_reporting_since_set()->mutable_reporting_since() = command.reporting_since;
  return Events{std::move(event)};
}

}  // namespace

std::optional<Rejected> ForbidsBeginning(const std::optional<Council>& council) {
  if (!council) return Rejected{Rejection::kCouncilNotFound};
  const auto status = council->fields().status();
  if (status == events::v1::COUNCIL_STATUS_ACTIVE) return std::nullopt;
  return Rejected{Rejection::kCouncilNotActive, events::v1::CouncilStatus_Name(status)};
}

Decision Decide(const CouncilId& id, const std::optional<Council>& council,
                const CouncilCommand& command, const Context& context) {
  if (const auto early = HasNotHappened(context)) return tl::make_unexpected(*early);
  return std::visit([&](const auto& wish) { return DecideOn(id, council, wish, context); },
                    command);
}

Council Evolve(Council council, const Event& event) {
  switch (event.kind_case()) {
    case Event::kCouncilRegistered:
      council.set_council_id(event.council_registered().council_id());
      *council.mutable_fields() = event.council_registered().fields();
      return council;
    case Event::kCouncilAmended:
      Fold(event.council_amended(), *council.mutable_fields());
      return council;
    case Event::kCouncilReportingSinceSet:
      *council.mutable_reporting_since() = event.council_reporting_since_set().reporting_since();
      return council;
    case Event::kPartnerRegistered:
    case Event::kPartnerAmended:
    case Event::kRelationshipProposed:
    case Event::kRelationshipRecorded:
    case Event::kRelationshipEstablished:
    case Event::kRelationshipSuspended:
    case Event::kRelationshipResumed:
    case Event::kRelationshipEnded:
    case Event::kRelationshipAmended:
    case Event::kOfficialRegistered:
    case Event::kOfficialAmended:
    case Event::kPrincipalRegistered:
    case Event::kPrincipalAmended:
    case Event::kPrincipalMerged:
    case Event::kStrategicAssetRegistered:
    case Event::kStrategicAssetAmended:
    case Event::kStrategicAssetCriticalitySet:
    case Event::KIND_NOT_SET:  // Written by a newer program: kept, verified, not understood.
      return council;
  }
  return council;
}

}  // namespace twinledger::registry
