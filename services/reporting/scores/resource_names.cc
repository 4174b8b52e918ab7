#include "reporting/scores/resource_names.h"

#include <fmt/format.h>

#include <utility>

namespace twinledger::reporting {
namespace {

constexpr std::string_view kCouncilPrefix = "councils/";
constexpr std::string_view kRecordInfix = "/records/";
constexpr std::string_view kRelationshipInfix = "/relationships/";

// A council's id, and the id of what it has; both empty where the name is none.
std::pair<std::string, std::string> Parts(std::string_view name, std::string_view infix) {
  if (!name.starts_with(kCouncilPrefix)) return {};
  name.remove_prefix(kCouncilPrefix.size());
  const std::size_t middle = name.find(infix);
  if (middle == std::string_view::npos) return {};
  return {std::string(name.substr(0, middle)), std::string(name.substr(middle + infix.size()))};
}

std::pair<std::string, std::string> ReadParts(std::string_view field, std::string_view name,
                                              std::string_view infix, rpc::Violations& wrong) {
  std::pair<std::string, std::string> parts = Parts(name, infix);
  if (parts == std::pair<std::string, std::string>()) {
    wrong.Add(field, fmt::format("\"{}\": want councils/ and a council's id, then {} and a UUID",
                                 name, infix));
    return parts;
  }
  wrong.Slug(field, parts.first);
  wrong.Uuid(field, parts.second);
  return parts;
}

}  // namespace

std::string NameOf(const CouncilId& council) {
  return fmt::format("{}{}", kCouncilPrefix, council.value());
}

std::string NameOf(const CouncilId& council, const RecordId& id) {
  return fmt::format("{}{}{}", NameOf(council), kRecordInfix, id.value());
}

std::string NameOf(const CouncilId& council, const RelationshipId& id) {
  return fmt::format("{}{}{}", NameOf(council), kRelationshipInfix, id.value());
}

CouncilId ReadCouncilName(std::string_view field, std::string_view name, rpc::Violations& wrong) {
  if (!name.starts_with(kCouncilPrefix)) {
    wrong.Add(field, fmt::format("\"{}\": want councils/ and a council's id, such as "
                                 "councils/wellington-city",
                                 name));
    return CouncilId();
  }
  CouncilId id = CouncilIn(name);
  wrong.Slug(field, id.value());
  return id;
}

RelationshipName ReadRelationshipName(std::string_view field, std::string_view name,
                                      rpc::Violations& wrong) {
  auto [council, relationship] = ReadParts(field, name, kRelationshipInfix, wrong);
  return {CouncilId(std::move(council)), RelationshipId(std::move(relationship))};
}

CouncilId CouncilIn(std::string_view name) {
  if (!name.starts_with(kCouncilPrefix)) return CouncilId();
  return CouncilId(std::string(name.substr(kCouncilPrefix.size())));
}

RecordName RecordIn(std::string_view name) {
  auto [council, record] = Parts(name, kRecordInfix);
  return {CouncilId(std::move(council)), RecordId(std::move(record))};
}

RelationshipName RelationshipIn(std::string_view name) {
  auto [council, relationship] = Parts(name, kRelationshipInfix);
  return {CouncilId(std::move(council)), RelationshipId(std::move(relationship))};
}

}  // namespace twinledger::reporting
