#include "registry/rpc/resource_names.h"

#include <fmt/format.h>

#include <utility>

#include "platform/rpc/council_names.h"

namespace twinledger::registry {
namespace {

constexpr std::string_view kCouncilPrefix = "councils/";
constexpr std::string_view kPartnerPrefix = "partners/";
constexpr std::string_view kPrincipalPrefix = "principals/";
constexpr std::string_view kRelationshipInfix = "/relationships/";
constexpr std::string_view kOfficialInfix = "/officials/";
constexpr std::string_view kAssetInfix = "/assets/";

// What stands behind `prefix`, or nothing.
std::optional<std::string_view> Behind(std::string_view prefix, std::string_view name) {
  if (!name.starts_with(prefix)) return std::nullopt;
  return name.substr(prefix.size());
}

rpc::Owned ReadOwned(std::string_view infix, std::string_view what, const rpc::FieldPath& field,
                     std::string_view name, rpc::Violations& wrong) {
  if (!name.starts_with(kCouncilPrefix) || name.find(infix) == std::string_view::npos) {
    wrong.Add(field, fmt::format("\"{}\": want councils/ and a council's id, then {} and {} UUID",
                                 name, infix, what));
    return {};
  }
  rpc::Owned read = rpc::OwnedIn(name, infix);
  wrong.Slug(field, read.council);
  wrong.Uuid(field, read.id);
  return read;
}

}  // namespace

std::string NameOf(const CouncilId& id) { return rpc::CouncilName(id.value()); }

std::string NameOf(const PartnerId& id) { return fmt::format("{}{}", kPartnerPrefix, id.value()); }

std::string NameOf(const PrincipalId& id) {
  return fmt::format("{}{}", kPrincipalPrefix, id.value());
}

std::string NameOf(const CouncilId& council, const RelationshipId& id) {
  return rpc::OwnedName(council.value(), kRelationshipInfix, id.value());
}

std::string NameOf(const CouncilId& council, const OfficialId& id) {
  return rpc::OwnedName(council.value(), kOfficialInfix, id.value());
}

std::string NameOf(const CouncilId& council, const AssetId& id) {
  return rpc::OwnedName(council.value(), kAssetInfix, id.value());
}

CouncilId ReadCouncilName(const rpc::FieldPath& field, std::string_view name,
                          rpc::Violations& wrong) {
  return CouncilId(rpc::ReadCouncilId(field, name, wrong));
}

PartnerId ReadPartnerName(const rpc::FieldPath& field, std::string_view name,
                          rpc::Violations& wrong) {
  const auto uuid = Behind(kPartnerPrefix, name);
  if (!uuid) {
    wrong.Add(field, fmt::format("\"{}\": want partners/ and a partner's UUID", name));
    return PartnerId();
  }
  wrong.Uuid(field, *uuid);
  return PartnerId(std::string(*uuid));
}

RelationshipName ReadRelationshipName(const rpc::FieldPath& field, std::string_view name,
                                      rpc::Violations& wrong) {
  auto [council, uuid] = ReadOwned(kRelationshipInfix, "a relationship's", field, name, wrong);
  return {CouncilId(std::move(council)), RelationshipId(std::move(uuid))};
}

PrincipalId ReadPrincipalName(const rpc::FieldPath& field, std::string_view name,
                              rpc::Violations& wrong) {
  const auto uuid = Behind(kPrincipalPrefix, name);
  if (!uuid) {
    wrong.Add(field, fmt::format("\"{}\": want principals/ and a principal's UUID", name));
    return PrincipalId();
  }
  wrong.Uuid(field, *uuid);
  return PrincipalId(std::string(*uuid));
}

OfficialName ReadOfficialName(const rpc::FieldPath& field, std::string_view name,
                              rpc::Violations& wrong) {
  auto [council, uuid] = ReadOwned(kOfficialInfix, "an official's", field, name, wrong);
  return {CouncilId(std::move(council)), OfficialId(std::move(uuid))};
}

AssetName ReadAssetName(const rpc::FieldPath& field, std::string_view name,
                        rpc::Violations& wrong) {
  auto [council, uuid] = ReadOwned(kAssetInfix, "an asset's", field, name, wrong);
  return {CouncilId(std::move(council)), AssetId(std::move(uuid))};
}

CouncilId CouncilIn(std::string_view name) { return CouncilId(rpc::CouncilIdIn(name)); }

PartnerId PartnerIn(std::string_view name) {
  return PartnerId(std::string(Behind(kPartnerPrefix, name).value_or("")));
}

RelationshipName RelationshipIn(std::string_view name) {
  auto [council, uuid] = rpc::OwnedIn(name, kRelationshipInfix);
  return {CouncilId(std::move(council)), RelationshipId(std::move(uuid))};
}

PrincipalId PrincipalIn(std::string_view name) {
  return PrincipalId(std::string(Behind(kPrincipalPrefix, name).value_or("")));
}

OfficialName OfficialIn(std::string_view name) {
  auto [council, uuid] = rpc::OwnedIn(name, kOfficialInfix);
  return {CouncilId(std::move(council)), OfficialId(std::move(uuid))};
}

AssetName AssetIn(std::string_view name) {
  auto [council, uuid] = rpc::OwnedIn(name, kAssetInfix);
  return {CouncilId(std::move(council)), AssetId(std::move(uuid))};
}

}  // namespace twinledger::registry
