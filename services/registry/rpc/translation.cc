#include "registry/rpc/translation.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <array>
#include <utility>

#include "platform/crypto/hash.h"
#include "platform/fields/field_paths.h"
#include "platform/fields/sealed_name.h"
#include "platform/rpc/timestamp.h"
#include "registry/rpc/resource_names.h"

namespace twinledger::registry {
namespace {

// What clients call a field, and what we do.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kOtherNames{{
    {"organisation", "organisation_id"},
    {"acting_for", "acting_for_id"},
    {"successor", "successor_id"},
    {"parent", "parent_id"},
    {"partner", "partner_id"},
}};

std::string OurPath(std::string_view theirs) {
  for (const auto& [client, row] : kOtherNames) {
    if (client == theirs) return std::string(row);
  }
  return std::string(theirs);
}

std::string TheirPath(std::string_view ours) {
  for (const auto& [client, row] : kOtherNames) {
    if (row == ours) return std::string(client);
  }
  return fields::ClearName(ours);
}

// A date that says nothing is a date not given.
template <class Fields>
void DropUnknownDates(Fields& fields) {
  for (int i = 0; i < fields.GetDescriptor()->field_count(); ++i) {
    const auto* field = fields.GetDescriptor()->field(i);
    if (field->is_repeated() || field->message_type() != PartialDate::descriptor()) continue;
    const auto& date = fields.GetReflection()->GetMessage(fields, field);
    if (!IsKnown(static_cast<const PartialDate&>(date))) {
      fields.GetReflection()->ClearField(&fields, field);
    }
  }
}

template <class Row, class Resource>
void RenderVersion(const Versioned<Row>& version, Resource& resource) {
  fields::Translate(version.row.fields(), resource);
  resource.set_etag(version.etag);
  if (version.row.create_time_us() == 0) return;  // Only a prospect: no commit has recorded it.
  *resource.mutable_create_time() = rpc::TimestampOf(version.row.create_time_us());
  *resource.mutable_update_time() = rpc::TimestampOf(version.row.update_time_us());
}

events::v1::ReportedByRole ReportedBy(identity::Role role) {
  switch (role) {
    case identity::Role::kCouncilOfficer:
    case identity::Role::kCouncilApprover:
      return events::v1::REPORTED_BY_ROLE_COUNCIL_OFFICER;
    case identity::Role::kAgencyAnalyst:
    case identity::Role::kAgencyApprover:
    case identity::Role::kRuleAuthor:
      return events::v1::REPORTED_BY_ROLE_AGENCY;
    case identity::Role::kAuditor:
      return events::v1::REPORTED_BY_ROLE_AUDITOR;
    case identity::Role::kOperator:
    case identity::Role::kService:
      return events::v1::REPORTED_BY_ROLE_SYSTEM;
  }
  return events::v1::REPORTED_BY_ROLE_UNSPECIFIED;
}

}  // namespace

events::v1::CouncilFields FieldsOf(const v1::Council& council) {
  events::v1::CouncilFields fields;
  fields::Translate(council, fields);
  fields.set_successor_id(CouncilIn(council.successor()).value());
  DropUnknownDates(fields);
  return fields;
}

events::v1::PartnerFields FieldsOf(const v1::Partner& partner) {
  events::v1::PartnerFields fields;
  fields::Translate(partner, fields);
  fields.set_parent_id(PartnerIn(partner.parent()).value());
  return fields;
}

events::v1::RelationshipFields FieldsOf(const v1::Relationship& relationship) {
  events::v1::RelationshipFields fields;
  fields::Translate(relationship, fields);
  fields.set_partner_id(PartnerIn(relationship.partner()).value());
  DropUnknownDates(fields);
  return fields;
}

events::v1::StrategicAssetFields FieldsOf(const v1::StrategicAsset& asset) {
  events::v1::StrategicAssetFields fields;
  fields::Translate(asset, fields);
  return fields;
}

events::v1::OfficialFields FieldsOf(const v1::Official& official) {
  events::v1::OfficialFields fields;
  fields::Translate(official, fields);
  DropUnknownDates(fields);
  return fields;
}

events::v1::PrincipalFields FieldsOf(const PrincipalId& id, events::v1::PrincipalKind kind,
                                     const v1::Principal& principal) {
  events::v1::PrincipalFields fields;
  fields::Translate(principal, fields);
  if (kind == events::v1::PRINCIPAL_KIND_PERSON) {
    fields.clear_display_name();
    fields.clear_aliases();
    fields.clear_role();
  }
  fields.set_organisation_id(PrincipalIn(principal.organisation()).value());
  fields.set_acting_for_id(PrincipalIn(principal.acting_for()).value());
  if (fields.donor_group_id() == id.value()) fields.clear_donor_group_id();
  for (events::v1::Affiliation& affiliation : *fields.mutable_affiliations()) {
    DropUnknownDates(affiliation);
  }
  return fields;
}

PartialDate DateOf(const v1::PartialDate& date) {
  PartialDate translated;
  fields::Translate(date, translated);
  return translated;
}

events::v1::Provenance ProvenanceOf(const v1::Provenance& provenance,
                                    const rpc::CallerIdentity& by) {
  events::v1::Provenance translated;
  fields::Translate(provenance, translated);
  if (translated.source() == events::v1::SOURCE_UNSPECIFIED) {
    translated.set_source(events::v1::SOURCE_DIRECT);
  }
  translated.set_reported_by_role(ReportedBy(by.role));
  DropUnknownDates(translated);
  return translated;
}

std::vector<std::string> AmendablePaths(const google::protobuf::Message& fields) {
  const google::protobuf::Descriptor& type = *fields.GetDescriptor();
  std::vector<std::string> paths;
  paths.reserve(static_cast<std::size_t>(type.field_count()));
  for (int i = 0; i < type.field_count(); ++i) {
    std::string path = TheirPath(type.field(i)->name());
    // In clear and sealed it is the same to a client.
    if (std::ranges::find(paths, path) == paths.end()) paths.push_back(std::move(path));
  }
  return paths;
}

std::vector<std::string> SealedPathsOf(const google::protobuf::FieldMask& mask,
                                       const google::protobuf::Message& fields) {
  std::vector<std::string> paths = PathsOf(mask);
  for (std::string& path : paths) {
    std::string sealed = fields::SealedName(path);
    if (fields::HasPath(fields, sealed)) path = std::move(sealed);
  }
  return paths;
}

std::vector<std::string> PathsOf(const google::protobuf::FieldMask& mask) {
  std::vector<std::string> paths;
  for (const std::string& path : mask.paths()) paths.push_back(OurPath(path));
  return paths;
}

v1::Council ResourceOf(const Versioned<Council>& council) {
  v1::Council resource;
  RenderVersion(council, resource);
  if (council.row.has_reporting_since()) {
    fields::Translate(council.row.reporting_since(), *resource.mutable_reporting_since());
  }
  resource.set_name(NameOf(CouncilId(council.row.council_id())));
  const std::string& successor = council.row.fields().successor_id();
  if (!successor.empty()) resource.set_successor(NameOf(CouncilId(successor)));
  return resource;
}

v1::Partner ResourceOf(const Versioned<Partner>& partner) {
  v1::Partner resource;
  RenderVersion(partner, resource);
  resource.set_name(NameOf(PartnerId(partner.row.partner_id())));
  const std::string& parent = partner.row.fields().parent_id();
  if (!parent.empty()) resource.set_parent(NameOf(PartnerId(parent)));
  return resource;
}

v1::Relationship ResourceOf(const Versioned<Relationship>& relationship) {
  v1::Relationship resource;
  fields::Translate(relationship.row, resource);
  RenderVersion(relationship, resource);
  resource.set_name(NameOf(CouncilId(relationship.row.council_id()),
                           RelationshipId(relationship.row.relationship_id())));
  resource.set_partner(NameOf(PartnerId(relationship.row.fields().partner_id())));
  return resource;
}

v1::StrategicAsset ResourceOf(const Versioned<StrategicAsset>& asset) {
  v1::StrategicAsset resource;
  fields::Translate(asset.row, resource);
  RenderVersion(asset, resource);
  resource.set_name(NameOf(CouncilId(asset.row.council_id()), AssetId(asset.row.asset_id())));
  return resource;
}

v1::Official ResourceOf(const Versioned<Official>& official) {
  v1::Official resource;
  RenderVersion(official, resource);
  resource.set_name(
      NameOf(CouncilId(official.row.council_id()), OfficialId(official.row.official_id())));
  return resource;
}

v1::Principal ResourceOf(const Versioned<Principal>& principal) {
  const Principal& row = principal.row;
  v1::Principal resource;
  RenderVersion(principal, resource);
  resource.set_name(NameOf(PrincipalId(row.principal_id())));
  resource.set_kind(static_cast<v1::PrincipalKind>(row.kind()));
  const auto named = [](const std::string& id) {
    return id.empty() ? "" : NameOf(PrincipalId(id));
  };
  resource.set_organisation(named(row.fields().organisation_id()));
  resource.set_acting_for(named(row.fields().acting_for_id()));
  resource.set_merged_into(named(row.merged_into_id()));
  if (resource.donor_group_id().empty()) resource.set_donor_group_id(row.principal_id());
  return resource;
}

v1::Version ResourceOf(const HistoryEntry& entry) {
  v1::Version version;
  version.set_position(log::ToString(entry.partition) + "/" + std::to_string(entry.sequence));
  version.set_commit_hash(crypto::Hex(entry.commit.hash()));
  *version.mutable_record_time() = rpc::TimestampOf(entry.commit.record_time_us());
  version.set_actor(entry.commit.actor());
  version.set_method(entry.commit.method());
  version.set_request_id(entry.commit.request_id());
  version.set_etag(entry.etag);
  version.set_reason(entry.reason);
  for (const fields::Change& change : entry.changes) {
    v1::FieldChange* shown = version.add_changes();
    shown->set_path(TheirPath(change.path));
    if (change.before) shown->set_before(*change.before);
    if (change.after) shown->set_after(*change.after);
  }
  return version;
}

v1::NationalRegisterRow ResourceOf(const RegisterLine& line) {
  v1::NationalRegisterRow row;
  const Relationship& relationship = line.relationship;
  fields::Translate(relationship.fields(), row);
  fields::Translate(relationship, row);
  const CouncilId council(relationship.council_id());
  row.set_council(NameOf(council));
  row.set_relationship(NameOf(council, RelationshipId(relationship.relationship_id())));
  row.set_partner(NameOf(PartnerId(relationship.fields().partner_id())));
  row.set_council_display_name(line.council.fields().display_name());
  if (line.partner) {
    row.set_partner_display_name(line.partner->display_name);
    row.set_country(line.partner->country);
  }
  return row;
}

}  // namespace twinledger::registry
