#include "registry/projection/registry_projection.h"

#include <fmt/format.h>

#include <utility>

#include "platform/projection/events_of.h"
#include "registry/domain/amendment.h"
#include "registry/projection/sealed_fields.h"

namespace twinledger::registry {
namespace {

using projection::Unapplicable;
using Applied = std::optional<Unapplicable>;

// What else follows from a row that takes the place of another, or of none.
void Index(const Council*, const Council&, store::RowWriter&) {}
void Index(const Partner*, const Partner&, store::RowWriter&) {}

std::optional<store::RowKey> OpenKeyOf(const Relationship& row) {
  if (row.fields().status() == events::v1::RELATIONSHIP_STATUS_ENDED) return std::nullopt;
  return store::RowKey{row.council_id(), row.fields().partner_id(), row.relationship_id()};
}

void Index(const Relationship* before, const Relationship& after, store::RowWriter& rows) {
  const std::optional<store::RowKey> old_key = before ? OpenKeyOf(*before) : std::nullopt;
  const std::optional<store::RowKey> new_key = OpenKeyOf(after);
  if (old_key == new_key) return;
  if (old_key) rows.Delete(kOpenRelationships.id, *old_key);
  if (!new_key) return;
  state::v1::OpenRelationshipRow open;
  open.set_relationship_id(after.relationship_id());
  rows.Put(kOpenRelationships, *new_key, open);
}

void Index(const Official*, const Official&, store::RowWriter&) {}
void Index(const Principal*, const Principal&, store::RowWriter&) {}
void Index(const StrategicAsset*, const StrategicAsset&, store::RowWriter&) {}

// The paths of a record's fields that an event of this kind has written.
template <class Kind>
std::vector<std::string> PathsWritten(const Kind& kind) {
  if constexpr (requires { kind.paths(); }) {
    return {kind.paths().begin(), kind.paths().end()};
  } else if constexpr (requires { kind.fields(); }) {
    return SealedPaths(kind.fields());
  } else {
    return {};
  }
}

// A row with sealed texts remembers what they were sealed for.
template <class Row, class Kind>
void Note(const log::v1::Commit& commit, const Event& event, const Kind& kind, Row& row) {
  if constexpr (requires { row.mutable_sealed(); }) {
    const auto* type = Event::descriptor()->FindFieldByNumber(event.kind_case());
    NoteSealing(row.fields(), PathsWritten(kind), type->name(), commit.request_id(),
                *row.mutable_sealed());
  }
}

// One event of one commit.
class Application {
 public:
  Application(const log::v1::Commit& commit, const Event& event, store::RowWriter& rows)
      : commit_(commit), event_(event), rows_(rows) {}

  template <class Kind>
  Applied OnCouncil(const Kind& kind, bool begins) {
    return Write(kCouncils, "council", {kind.council_id()}, begins, kind);
  }

  template <class Kind>
  Applied OnPartner(const Kind& kind, bool begins) {
    return Write(kPartners, "partner", {kind.partner_id()}, begins, kind);
  }

  template <class Kind>
  Applied OnRelationship(const Kind& kind, bool begins) {
    return Write(kRelationships, "council", {kind.council_id(), kind.relationship_id()}, begins,
                 kind);
  }

  template <class Kind>
  Applied OnOfficial(const Kind& kind, bool begins) {
    return Write(kOfficials, "council", {kind.council_id(), kind.official_id()}, begins, kind);
  }

  template <class Kind>
  Applied OnPrincipal(const Kind& kind, bool begins) {
    return Write(kPrincipals, "principal", {kind.principal_id()}, begins, kind);
  }

  template <class Kind>
  Applied OnStrategicAsset(const Kind& kind, bool begins) {
    return Write(kStrategicAssets, "council", {kind.council_id(), kind.asset_id()}, begins, kind);
  }

 private:
  // Of the same record as long as it lives. Its key begins with the entity, which is of `type`.
  template <class Row, class Kind>
  Applied Write(const store::Table<Row>& table, std::string_view type, const store::RowKey& key,
                bool begins, const Kind& kind) {
    if (Applied wrong = projection::OfAnotherEntity(commit_, type, key.front())) return wrong;
    Result<std::optional<Row>> found = rows_.Get(table, key);
    if (!found.ok()) return Unapplicable{found.error().message};
    if (begins == found->has_value()) {
      return Unapplicable{fmt::format("{} {} {}", table.name, key.back(),
                                      begins ? "is there already" : "is not there")};
    }
    const std::int64_t record_time_us = commit_.record_time_us();
    const std::int64_t create_time_us = begins ? record_time_us : (*found)->create_time_us();
    Row row = Evolve(begins ? Row() : **found, event_);
    row.set_create_time_us(create_time_us);
    row.set_update_time_us(record_time_us);
    row.set_change_reason(event_.provenance().correction_reason());
    Note(commit_, event_, kind, row);
    rows_.Put(table, key, row);
    Index(begins ? nullptr : &**found, row, rows_);
    return std::nullopt;
  }

  const log::v1::Commit& commit_;
  const Event& event_;
  store::RowWriter& rows_;
};

template <class Amended>
Applied UnknownPath(const Amended& event) {
  if (IsUnderstood(event)) return std::nullopt;
  return Unapplicable{"amends a field that this program does not know"};
}

Applied ApplyEvent(const log::v1::Commit& commit, const Event& event, store::RowWriter& rows) {
  Application application(commit, event, rows);
  switch (event.kind_case()) {
    case Event::kCouncilRegistered:
      return application.OnCouncil(event.council_registered(), true);
    case Event::kCouncilAmended:
      if (Applied unknown = UnknownPath(event.council_amended())) return unknown;
      return application.OnCouncil(event.council_amended(), false);
    case Event::kCouncilReportingSinceSet:
      return application.OnCouncil(event.council_reporting_since_set(), false);
    case Event::kPartnerRegistered:
      return application.OnPartner(event.partner_registered(), true);
    case Event::kPartnerAmended:
      if (Applied unknown = UnknownPath(event.partner_amended())) return unknown;
      return application.OnPartner(event.partner_amended(), false);
    case Event::kRelationshipProposed:
      return application.OnRelationship(event.relationship_proposed(), true);
    case Event::kRelationshipRecorded:
      return application.OnRelationship(event.relationship_recorded(), true);
    case Event::kRelationshipEstablished:
      return application.OnRelationship(event.relationship_established(), false);
    case Event::kRelationshipSuspended:
      return application.OnRelationship(event.relationship_suspended(), false);
    case Event::kRelationshipResumed:
      return application.OnRelationship(event.relationship_resumed(), false);
    case Event::kRelationshipEnded:
      return application.OnRelationship(event.relationship_ended(), false);
    case Event::kRelationshipAmended:
      if (Applied unknown = UnknownPath(event.relationship_amended())) return unknown;
      return application.OnRelationship(event.relationship_amended(), false);
    case Event::kOfficialRegistered:
      return application.OnOfficial(event.official_registered(), true);
    case Event::kOfficialAmended:
      if (Applied unknown = UnknownPath(event.official_amended())) return unknown;
      return application.OnOfficial(event.official_amended(), false);
    case Event::kPrincipalRegistered:
      return application.OnPrincipal(event.principal_registered(), true);
    case Event::kPrincipalAmended:
      if (Applied unknown = UnknownPath(event.principal_amended())) return unknown;
      return application.OnPrincipal(event.principal_amended(), false);
    case Event::kPrincipalMerged:
      return application.OnPrincipal(event.principal_merged(), false);
    case Event::kStrategicAssetRegistered:
      return application.OnStrategicAsset(event.strategic_asset_registered(), true);
    case Event::kStrategicAssetAmended:
      if (Applied unknown = UnknownPath(event.strategic_asset_amended())) return unknown;
      return application.OnStrategicAsset(event.strategic_asset_amended(), false);
    case Event::kStrategicAssetCriticalitySet:
      return application.OnStrategicAsset(event.strategic_asset_criticality_set(), false);
    case Event::KIND_NOT_SET:
      break;
  }
  return Unapplicable{"event of a kind that this program does not know"};
}

}  // namespace

log::v1::EntityKey KeyOf(const CouncilId& id) {
  log::v1::EntityKey key;
  key.set_type("council");
  key.set_id(id.value());
  return key;
}

log::v1::EntityKey KeyOf(const PartnerId& id) {
  log::v1::EntityKey key;
  key.set_type("partner");
  key.set_id(id.value());
  return key;
}

log::v1::EntityKey KeyOf(const PrincipalId& id) {
  log::v1::EntityKey key;
  key.set_type("principal");
  key.set_id(id.value());
  return key;
}

std::optional<Unapplicable> RegistryProjection::Apply(const log::PartitionId& /*partition*/,
                                                      const log::AcceptedCommit& accepted,
                                                      store::RowWriter& rows) const {
  for (const auto& parsed : projection::EventsOf<Event>(accepted)) {
    if (Applied newer = projection::NotUnderstood(parsed)) return newer;
    if (Applied failed = ApplyEvent(accepted.commit, parsed.event, rows)) return failed;
  }
  return std::nullopt;
}

void RegistryProjection::Prepare(const log::PartitionId& /*partition*/,
                                 const log::AcceptedCommit& accepted) const {
  projection::EventsOf<Event>(accepted);
}

}  // namespace twinledger::registry
