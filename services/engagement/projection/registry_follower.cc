#include "engagement/projection/registry_follower.h"

#include <algorithm>
#include <string>

#include "engagement/projection/engagement_projection.h"
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
    case RegistryEvent::kCouncilReportingSinceSet:
    case RegistryEvent::kPartnerRegistered:
    case RegistryEvent::kPartnerAmended:
    case RegistryEvent::kRelationshipEstablished:
    case RegistryEvent::kRelationshipSuspended:
    case RegistryEvent::kRelationshipResumed:
    case RegistryEvent::kRelationshipEnded:
    case RegistryEvent::kOfficialRegistered:
    case RegistryEvent::kOfficialAmended:
    case RegistryEvent::kPrincipalRegistered:
    case RegistryEvent::kPrincipalAmended:
    case RegistryEvent::kPrincipalMerged:
    case RegistryEvent::kStrategicAssetRegistered:
    case RegistryEvent::kStrategicAssetAmended:
    case RegistryEvent::kStrategicAssetCriticalitySet:
      return std::nullopt;
    case RegistryEvent::KIND_NOT_SET:
      // It may begin or end a council, or a relationship.
      return Unapplicable{"event of the registry of a kind that this program does not know"};
  }
  return Unapplicable{"event of the registry of a kind that this program does not know"};
}

}  // namespace

std::optional<Unapplicable> FollowRegistry(const log::v1::Commit& commit, store::RowWriter& rows) {
  for (const std::string& bytes : commit.events()) {
    RegistryEvent event;
    if (!event.ParseFromString(bytes)) return Unapplicable{"event that does not parse"};
    if (Applied failed = Follow(event, rows)) return failed;
  }
  return std::nullopt;
}

}  // namespace twinledger::engagement
