#include "risk/inputs/follow_registry.h"

#include <fmt/format.h>

#include <string>

#include "platform/fields/field_paths.h"
#include "platform/projection/events_of.h"
#include "risk/inputs/input_tables.h"
#include "twinledger/registry/events/v1/registry_events.pb.h"

namespace twinledger::risk {
namespace {

using projection::Unapplicable;
using registry::events::v1::PrincipalFields;
using registry::events::v1::RegistryEvent;
using Applied = std::optional<Unapplicable>;

// One event of one commit.
class RegistryApplication {
 public:
  RegistryApplication(const log::v1::Commit& commit, store::RowWriter& rows)
      : commit_(commit), rows_(rows) {}

  // Writes a row that was there before, or was not. `change` gets it as it was, or empty.
  template <class Row, class Change>
  Applied Put(const store::Table<Row>& table, const store::RowKey& key, std::string_view type,
              bool begins, const Change& change) {
    if (Applied wrong = projection::OfAnotherEntity(commit_, type, key.front())) return wrong;
    const Result<std::optional<Row>> found = rows_.Get(table, key);
    if (!found.ok()) return Unapplicable{found.error().message};
    if (begins == found->has_value()) {
      return Unapplicable{fmt::format("{} {} {}", table.name, key.back(),
                                      begins ? "is there already" : "is not there")};
    }
    Row row = begins ? Row() : **found;
    change(row);
    rows_.Put(table, key, row);
    return std::nullopt;
  }

  Applied Council(const std::string& id) {
    return Put(kScoredCouncils, {id}, "council", true, [&](auto& row) { row.set_council_id(id); });
  }

  Applied ReportingSince(const registry::events::v1::CouncilReportingSinceSet& event) {
    return Put(kScoredCouncils, {event.council_id()}, "council", false,
               [&](auto& row) { *row.mutable_reporting_since() = event.reporting_since(); });
  }

  template <class Kind>
  Applied Relationship(const Kind& kind) {
    return Put(kScoredRelationships, {kind.council_id(), kind.relationship_id()}, "council", true,
               [&](auto& row) {
                 row.set_council_id(kind.council_id());
                 row.set_relationship_id(kind.relationship_id());
               });
  }

  template <class Kind>
  Applied Asset(const Kind& kind, registry::events::v1::Criticality criticality, bool begins) {
    return Put(kScoredAssets, {kind.council_id(), kind.asset_id()}, "council", begins,
               [&](auto& row) { row.set_criticality(criticality); });
  }

  Applied Principal(const registry::events::v1::PrincipalRegistered& event) {
    return Put(kDonors, {event.principal_id()}, "principal", true,
               [&](auto& row) { row.set_donor_group_id(event.fields().donor_group_id()); });
  }

  Applied Principal(const registry::events::v1::PrincipalAmended& event) {
    bool regrouped = false;
    for (const std::string& path : event.paths()) {
      if (!fields::HasPath(PrincipalFields::default_instance(), path)) {
        return Unapplicable{fmt::format("amends {}, which this program does not know", path)};
      }
      regrouped = regrouped || path == "donor_group_id";
    }
    if (!regrouped) return std::nullopt;
    return Put(kDonors, {event.principal_id()}, "principal", false,
               [&](auto& row) { row.set_donor_group_id(event.fields().donor_group_id()); });
  }

  Applied Principal(const registry::events::v1::PrincipalMerged& event) {
    return Put(kDonors, {event.principal_id()}, "principal", false,
               [&](auto& row) { row.set_merged_into_id(event.into_id()); });
  }

 private:
  const log::v1::Commit& commit_;
  store::RowWriter& rows_;
};

Applied Follow(const log::v1::Commit& commit, const RegistryEvent& event, store::RowWriter& rows) {
  RegistryApplication application(commit, rows);
  switch (event.kind_case()) {
    case RegistryEvent::kCouncilRegistered:
      return application.Council(event.council_registered().council_id());
    case RegistryEvent::kCouncilReportingSinceSet:
      return application.ReportingSince(event.council_reporting_since_set());
    case RegistryEvent::kRelationshipProposed:
      return application.Relationship(event.relationship_proposed());
    case RegistryEvent::kRelationshipRecorded:
      return application.Relationship(event.relationship_recorded());
    case RegistryEvent::kStrategicAssetRegistered:
      return application.Asset(event.strategic_asset_registered(),
                               registry::events::v1::CRITICALITY_NONE, true);
    case RegistryEvent::kStrategicAssetCriticalitySet:
      return application.Asset(event.strategic_asset_criticality_set(),
                               event.strategic_asset_criticality_set().criticality(), false);
    case RegistryEvent::kPrincipalRegistered:
      return application.Principal(event.principal_registered());
    case RegistryEvent::kPrincipalAmended:
      return application.Principal(event.principal_amended());
    case RegistryEvent::kPrincipalMerged:
      return application.Principal(event.principal_merged());
    case RegistryEvent::kCouncilAmended:
    case RegistryEvent::kPartnerRegistered:
    case RegistryEvent::kPartnerAmended:
    case RegistryEvent::kRelationshipEstablished:
    case RegistryEvent::kRelationshipSuspended:
    case RegistryEvent::kRelationshipResumed:
    case RegistryEvent::kRelationshipEnded:
    case RegistryEvent::kRelationshipAmended:
    case RegistryEvent::kOfficialRegistered:
    case RegistryEvent::kOfficialAmended:
    case RegistryEvent::kStrategicAssetAmended:
    case RegistryEvent::KIND_NOT_SET:
      break;
  }
  return std::nullopt;  // Nothing of it is scored.
}

}  // namespace

std::optional<Unapplicable> FollowRegistry(const log::AcceptedCommit& accepted,
                                           store::RowWriter& rows) {
  for (const auto& parsed : projection::EventsOf<RegistryEvent>(accepted)) {
    if (Applied newer = projection::NotUnderstood(parsed)) return newer;
    if (Applied failed = Follow(accepted.commit, parsed.event, rows)) return failed;
  }
  return std::nullopt;
}

void PrepareRegistry(const log::AcceptedCommit& accepted) {
  projection::EventsOf<RegistryEvent>(accepted);
}

}  // namespace twinledger::risk
