#include "engagement/projection/registry_follower.h"

#include <algorithm>
#include <string>

#include "engagement/projection/engagement_projection.h"
#include "platform/projection/events_of.h"
#include "twinledger/registry/events/v1/registry_events.pb.h"

namespace twinledger::engagement {
namespace {

using projection::Unapplicable;
using registry::events::v1::RegistryEvent;
using Applied = std::optional<Unapplicable>;

template <class Amended>
bool Amends(const Amended& event, std::string_view path) {
  return std::ranges::find(event.paths(), path) != event.paths().end();
}

Applied PutCouncil(const std::string& id, registry::events::v1::CouncilStatus status,
                   store::RowWriter& rows) {
  state::v1::KnownCouncilRow row;
  row.set_status(status);
  rows.Put(kKnownCouncils, {id}, row);
  return std::nullopt;
}

// Of an event that begins or amends a relationship.
template <class Kind>
Applied PutRelationship(const Kind& kind, store::RowWriter& rows) {
  state::v1::KnownRelationshipRow row;
  row.set_partner_id(kind.fields().partner_id());
  rows.Put(kKnownRelationships, {kind.council_id(), kind.relationship_id()}, row);
  return std::nullopt;
}

Applied PutPrincipal(const registry::events::v1::PrincipalRegistered& event,
                     store::RowWriter& rows) {
  state::v1::KnownPrincipalRow row;
  row.set_kind(event.kind());
  row.set_registrar_id(event.registrar_id());
  rows.Put(kKnownPrincipals, {event.principal_id()}, row);
  return std::nullopt;
}

Applied PutOfficial(const registry::events::v1::OfficialRegistered& event, store::RowWriter& rows) {
  state::v1::KnownOfficialRow row;
  row.set_council_id(event.council_id());
  rows.Put(kKnownOfficials, {event.council_id(), event.official_id()}, row);
  return std::nullopt;
}

Applied PutAsset(const registry::events::v1::StrategicAssetRegistered& event,
                 store::RowWriter& rows) {
  state::v1::KnownAssetRow row;
  row.set_council_id(event.council_id());
  rows.Put(kKnownAssets, {event.council_id(), event.asset_id()}, row);
  return std::nullopt;
}

Applied Follow(const RegistryEvent& event, store::RowWriter& rows) {
  switch (event.kind_case()) {
    case RegistryEvent::kCouncilRegistered:
      return PutCouncil(event.council_registered().council_id(),
                        event.council_registered().fields().status(), rows);
    case RegistryEvent::kCouncilAmended:
      if (!Amends(event.council_amended(), "status")) return std::nullopt;
      return PutCouncil(event.council_amended().council_id(),
                        event.council_amended().fields().status(), rows);
    case RegistryEvent::kRelationshipProposed:
      return PutRelationship(event.relationship_proposed(), rows);
    case RegistryEvent::kRelationshipRecorded:
      return PutRelationship(event.relationship_recorded(), rows);
    case RegistryEvent::kRelationshipAmended:
      if (!Amends(event.relationship_amended(), "partner_id")) return std::nullopt;
      return PutRelationship(event.relationship_amended(), rows);
    case RegistryEvent::kPrincipalRegistered:
      return PutPrincipal(event.principal_registered(), rows);
    case RegistryEvent::kOfficialRegistered:
      return PutOfficial(event.official_registered(), rows);
    case RegistryEvent::kStrategicAssetRegistered:
      return PutAsset(event.strategic_asset_registered(), rows);
    case RegistryEvent::kCouncilReportingSinceSet:
    case RegistryEvent::kPartnerRegistered:
    case RegistryEvent::kPartnerAmended:
    case RegistryEvent::kRelationshipEstablished:
    case RegistryEvent::kRelationshipSuspended:
    case RegistryEvent::kRelationshipResumed:
    case RegistryEvent::kRelationshipEnded:
    case RegistryEvent::kOfficialAmended:
    case RegistryEvent::kPrincipalAmended:
    case RegistryEvent::kPrincipalMerged:
    case RegistryEvent::kStrategicAssetAmended:
    case RegistryEvent::kStrategicAssetCriticalitySet:
      return std::nullopt;
    case RegistryEvent::KIND_NOT_SET:
      break;
  }
  return Unapplicable{"event of the registry of a kind that this program does not know"};
}

}  // namespace

std::optional<Unapplicable> FollowRegistry(const log::AcceptedCommit& accepted,
                                           store::RowWriter& rows) {
  for (const auto& parsed : projection::EventsOf<RegistryEvent>(accepted)) {
    if (Applied newer = projection::NotUnderstood(parsed)) return newer;
    if (Applied failed = Follow(parsed.event, rows)) return failed;
  }
  return std::nullopt;
}

}  // namespace twinledger::engagement
