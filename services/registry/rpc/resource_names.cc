#include "registry/rpc/resource_names.h"

#include <fmt/format.h>

namespace twinledger::registry {
namespace {

constexpr std::string_view kCouncilPrefix = "councils/";
constexpr std::string_view kPartnerPrefix = "partners/";
constexpr std::string_view kRelationshipInfix = "/relationships/";

// What stands behind `prefix`, or nothing.
std::optional<std::string_view> Behind(std::string_view prefix, std::string_view name) {
  if (!name.starts_with(prefix)) return std::nullopt;
  return name.substr(prefix.size());
}

}  // namespace

std::string NameOf(const CouncilId& id) { return fmt::format("{}{}", kCouncilPrefix, id.value()); }

std::string NameOf(const PartnerId& id) { return fmt::format("{}{}", kPartnerPrefix, id.value()); }

std::string NameOf(const CouncilId& council, const RelationshipId& id) {
  return fmt::format("{}{}{}{}", kCouncilPrefix, council.value(), kRelationshipInfix, id.value());
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
  const std::size_t middle = name.find(kRelationshipInfix);
  if (!name.starts_with(kCouncilPrefix) || middle == std::string_view::npos) {
    wrong.Add(field, fmt::format("\"{}\": want councils/ and a council's id, then /relationships/ "
                                 "and a relationship's UUID",
                                 name));
    return {};
  }
  RelationshipName read = RelationshipIn(name);
  wrong.Slug(field, read.council.value());
  wrong.Uuid(field, read.relationship.value());
  return read;
}

CouncilId CouncilIn(std::string_view name) {
  return CouncilId(std::string(Behind(kCouncilPrefix, name).value_or("")));
}

PartnerId PartnerIn(std::string_view name) {
  return PartnerId(std::string(Behind(kPartnerPrefix, name).value_or("")));
}

RelationshipName RelationshipIn(std::string_view name) {
  const std::string_view rest = Behind(kCouncilPrefix, name).value_or("");
  const std::size_t middle = rest.find(kRelationshipInfix);
  if (middle == std::string_view::npos) return {};
  return {CouncilId(std::string(rest.substr(0, middle))),
          RelationshipId(std::string(rest.substr(middle + kRelationshipInfix.size())))};
}

}  // namespace twinledger::registry
