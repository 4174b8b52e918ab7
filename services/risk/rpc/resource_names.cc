#include "risk/rpc/resource_names.h"

#include <fmt/format.h>

#include <utility>

#include "platform/rpc/council_names.h"

namespace twinledger::risk {
namespace {

constexpr std::string_view kRelationshipInfix = "/relationships/";
constexpr std::string_view kAlertInfix = "/alerts/";

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
  if (name.find(kRelationshipInfix) == std::string_view::npos) return {rpc::CouncilIdIn(name), ""};
  auto [council, relationship] = rpc::OwnedIn(name, kRelationshipInfix);
  return {std::move(council), std::move(relationship)};
}

AlertId AlertIn(std::string_view name) {
  auto [council, alert] = rpc::OwnedIn(name, kAlertInfix);
  return {std::move(council), std::move(alert)};
}

}  // namespace twinledger::risk
