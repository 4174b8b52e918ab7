#include "registry/rpc/resource_names.h"

#include <fmt/format.h>

#include <utility>

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

// What a council has: its id, and the UUID. Both empty if the name is of no such form.
struct Owned {
  std::string council;
  std::string uuid;
};

Owned OwnedIn(std::string_view infix, std::string_view name) {
  const std::string_view rest = Behind(kCouncilPrefix, name).value_or("");
  const std::size_t middle = rest.find(infix);
  if (middle == std::string_view::npos) return {};
  return {std::string(rest.substr(0, middle)), std::string(rest.substr(middle + infix.size()))};
}

Owned ReadOwned(std::string_view infix, std::string_view what, std::string_view field,
                std::string_view name, rpc::Violations& wrong) {
  if (!name.starts_with(kCouncilPrefix) || name.find(infix) == std::string_view::npos) {
    wrong.Add(field, fmt::format("\"{}\": want councils/ and a council's id, then {} and {} UUID",
                                 name, infix, what));
    return {};
  }
  Owned read = OwnedIn(infix, name);
  wrong.Slug(field, read.council);
  wrong.Uuid(field, read.uuid);
  return read;
}

}  // namespace

std::string NameOf(const CouncilId& id) { return fmt::format("{}{}", kCouncilPrefix, id.value()); }

std::string NameOf(const PartnerId& id) { return fmt::format("{}{}", kPartnerPrefix, id.value()); }

std::string NameOf(const PrincipalId& id) {
  return fmt::format("{}{}", kPrincipalPrefix, id.value());
}

std::string NameOf(const CouncilId& council, const RelationshipId& id) {
  return fmt::format("{}{}{}{}", kCouncilPrefix, council.value(), kRelationshipInfix, id.value());
}

std::string NameOf(const CouncilId& council, const OfficialId& id) {
  return fmt::format("{}{}{}{}", kCouncilPrefix, council.value(), kOfficialInfix, id.value());
}

std::string NameOf(const CouncilId& council, const AssetId& id) {
  return fmt::format("{}{}{}{}", kCouncilPrefix, council.value(), kAssetInfix, id.value());
}

CouncilId ReadCouncilName(std::string_view field, std::string_view name, rpc::Violations& wrong) {
  const auto slug = Behind(kCouncilPrefix, name);
  if (!slug) {
    wrong.Add(field, fmt::format("\"{}\": want councils/ and a council's id, such as "
                                 "councils/wellington-city",
                                 name));
    return CouncilId();
  }
  wrong.Slug(field, *slug);
  return CouncilId(std::string(*slug));
}

PartnerId ReadPartnerName(std::string_view field, std::string_view name, rpc::Violations& wrong) {
  const auto uuid = Behind(kPartnerPrefix, name);
  if (!uuid) {
    wrong.Add(field, fmt::format("\"{}\": want partners/ and a partner's UUID", name));
    return PartnerId();
  }
  wrong.Uuid(field, *uuid);
  return PartnerId(std::string(*uuid));
}

RelationshipName ReadRelationshipName(std::string_view field, std::string_view name,
                                      rpc::Violations& wrong) {
  auto [council, uuid] = ReadOwned(kRelationshipInfix, "a relationship's", field, name, wrong);
  return {CouncilId(std::move(council)), RelationshipId(std::move(uuid))};
}

PrincipalId ReadPrincipalName(std::string_view field, std::string_view name,
                              rpc::Violations& wrong) {
  const auto uuid = Behind(kPrincipalPrefix, name);
  if (!uuid) {
    wrong.Add(field, fmt::format("\"{}\": want principals/ and a principal's UUID", name));
    return PrincipalId();
  }
  wrong.Uuid(field, *uuid);
  return PrincipalId(std::string(*uuid));
}

OfficialName ReadOfficialName(std::string_view field, std::string_view name,
                              rpc::Violations& wrong) {
  auto [council, uuid] = ReadOwned(kOfficialInfix, "an official's", field, name, wrong);
  return {CouncilId(std::move(council)), OfficialId(std::move(uuid))};
}

AssetName ReadAssetName(std::string_view field, std::string_view name, rpc::Violations& wrong) {
  auto [council, uuid] = ReadOwned(kAssetInfix, "an asset's", field, name, wrong);
  return {CouncilId(std::move(council)), AssetId(std::move(uuid))};
}

CouncilId CouncilIn(std::string_view name) {
  return CouncilId(std::string(Behind(kCouncilPrefix, name).value_or("")));
}

PartnerId PartnerIn(std::string_view name) {
  return PartnerId(std::string(Behind(kPartnerPrefix, name).value_or("")));
}

RelationshipName RelationshipIn(std::string_view name) {
  auto [council, uuid] = OwnedIn(kRelationshipInfix, name);
  return {CouncilId(std::move(council)), RelationshipId(std::move(uuid))};
}

PrincipalId PrincipalIn(std::string_view name) {
  return PrincipalId(std::string(Behind(kPrincipalPrefix, name).value_or("")));
}

OfficialName OfficialIn(std::string_view name) {
  auto [council, uuid] = OwnedIn(kOfficialInfix, name);
  return {CouncilId(std::move(council)), OfficialId(std::move(uuid))};
}

AssetName AssetIn(std::string_view name) {
  auto [council, uuid] = OwnedIn(kAssetInfix, name);
  return {CouncilId(std::move(council)), AssetId(std::move(uuid))};
}

}  // namespace twinledger::registry
