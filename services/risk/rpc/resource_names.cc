#include "risk/rpc/resource_names.h"

#include <fmt/format.h>

#include <utility>

#include "platform/rpc/council_names.h"

namespace twinledger::risk {
namespace {

constexpr std::string_view kCouncilPrefix = "councils/";
constexpr std::string_view kRelationshipInfix = "/relationships/";
constexpr std::string_view kAlertInfix = "/alerts/";

// A council's id, and what stands behind the infix; that is empty where there is no infix.
std::pair<std::string, std::string> PartsOf(std::string_view name, std::string_view infix) {
  if (!name.starts_with(kCouncilPrefix)) return {};
  name.remove_prefix(kCouncilPrefix.size());
  const std::size_t middle = name.find(infix);
  if (middle == std::string_view::npos) return {std::string(name), ""};
  return {std::string(name.substr(0, middle)), std::string(name.substr(middle + infix.size()))};
}

}  // namespace

std::string NameOf(const Subject& subject) {
  if (subject.is_council()) return rpc::CouncilName(subject.council_id);
  return rpc::OwnedName(subject.council_id, kRelationshipInfix, subject.relationship_id);
}

std::string AlertName(const std::string& council_id, const std::string& alert_id) {
  return rpc::OwnedName(council_id, kAlertInfix, alert_id);
}

std::string RecordName(const std::string& council_id, const std::string& record_id) {
  return rpc::OwnedName(council_id, "/records/", record_id);
}

Subject ReadSubject(std::string_view field, std::string_view name, rpc::Violations& wrong) {
  Subject subject = SubjectIn(name);
  if (subject.council_id.empty()) {
    wrong.Add(field, fmt::format("\"{}\": want councils/ and a council's id, and for one of its "
                                 "relationships {} and a UUID behind it",
                                 name, kRelationshipInfix));
    return subject;
  }
  wrong.Slug(field, subject.council_id);
  if (name.find(kRelationshipInfix) != std::string_view::npos) {
    wrong.Uuid(field, subject.relationship_id);
  }
  return subject;
}

Subject SubjectIn(std::string_view name) {
  auto [council, relationship] = PartsOf(name, kRelationshipInfix);
  return {std::move(council), std::move(relationship)};
}

AlertId AlertIn(std::string_view name) {
  auto [council, alert] = PartsOf(name, kAlertInfix);
  return {std::move(council), std::move(alert)};
}

}  // namespace twinledger::risk
