#include "registry/domain/partner.h"

#include "platform/fields/field_paths.h"
#include "registry/domain/amendment.h"

namespace twinledger::registry {
namespace {

Decision DecideOn(const PartnerId& id, const std::optional<Partner>& partner,
                  const RegisterPartner& command, const Context& context) {
  if (partner) {
    if (fields::DifferingPaths(partner->fields(), command.fields).empty()) return Events{};
    return Reject(Rejection::kPartnerExists, context.current_etag);
  }
  if (command.fields.parent_id() == id.value()) return Reject(Rejection::kOwnParent);
  Event event;
  *event.mutable_provenance() = context.provenance;
  event.mutable_partner_registered()->set_partner_id(id.value());
  *event.mutable_partner_registered()->mutable_fields() = command.fields;
  return Events{std::move(event)};
}

Decision DecideOn(const PartnerId& id, const std::optional<Partner>& partner,
                  const AmendPartner& command, const Context& context) {
  if (!partner) return Reject(Rejection::kPartnerNotFound);
  if (command.etag != context.current_etag) {
    return Reject(Rejection::kEtagMismatch, context.current_etag);
  }
  Amendment amendment = Amend(partner->fields(), command.fields, command.paths);
  if (amendment.paths.empty()) return Events{};
  if (amendment.result.parent_id() == id.value()) return Reject(Rejection::kOwnParent);
  Event event;
  *event.mutable_provenance() = context.provenance;
  event.mutable_partner_amended()->set_partner_id(id.value());
  Render(std::move(amendment), *event.mutable_partner_amended());
  return Events{std::move(event)};
}

}  // namespace

Decision Decide(const PartnerId& id, const std::optional<Partner>& partner,
                const PartnerCommand& command, const Context& context) {
  if (const auto early = HasNotHappened(context)) return tl::make_unexpected(*early);
  return std::visit([&](const auto& wish) { return DecideOn(id, partner, wish, context); },
                    command);
}

Partner Evolve(Partner partner, const Event& event) {
  switch (event.kind_case()) {
    case Event::kPartnerRegistered:
      partner.set_partner_id(event.partner_registered().partner_id());
      *partner.mutable_fields() = event.partner_registered().fields();
      return partner;
    case Event::kPartnerAmended:
      Fold(event.partner_amended(), *partner.mutable_fields());
      return partner;
    case Event::kCouncilRegistered:
    case Event::kCouncilAmended:
    case Event::kCouncilReportingSinceSet:
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
      return partner;
  }
  return partner;
}

}  // namespace twinledger::registry
