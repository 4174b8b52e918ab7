#include "engagement/rpc/resource_names.h"

#include <utility>

#include "platform/rpc/council_names.h"

namespace twinledger::engagement {
namespace {

constexpr std::string_view kRecordInfix = "/records/";
constexpr std::string_view kRelationshipInfix = "/relationships/";

}  // namespace

std::string NameOf(const CouncilId& council) { return rpc::CouncilName(council.value()); }

std::string NameOf(const CouncilId& council, const RecordId& id) {
  return rpc::OwnedName(council.value(), kRecordInfix, id.value());
}

std::string NameOf(const CouncilId& council, const RelationshipId& id) {
  return rpc::OwnedName(council.value(), kRelationshipInfix, id.value());
}

CouncilId ReadCouncilName(const rpc::FieldPath& field, std::string_view name,
                          rpc::Violations& wrong) {
  return CouncilId(rpc::ReadCouncilId(field, name, wrong));
}

RecordName ReadRecordName(const rpc::FieldPath& field, std::string_view name,
                          rpc::Violations& wrong) {
  auto [council, record] = rpc::ReadOwned(field, name, kRecordInfix, wrong);
  return {CouncilId(std::move(council)), RecordId(std::move(record))};
}

RelationshipName ReadRelationshipName(const rpc::FieldPath& field, std::string_view name,
                                      rpc::Violations& wrong) {
  auto [council, relationship] = rpc::ReadOwned(field, name, kRelationshipInfix, wrong);
  return {CouncilId(std::move(council)), RelationshipId(std::move(relationship))};
}

CouncilId CouncilIn(std::string_view name) { return CouncilId(rpc::CouncilIdIn(name)); }

RecordName RecordIn(std::string_view name) {
  auto [council, record] = rpc::OwnedIn(name, kRecordInfix);
  return {CouncilId(std::move(council)), RecordId(std::move(record))};
}

RelationshipName RelationshipIn(std::string_view name) {
  auto [council, relationship] = rpc::OwnedIn(name, kRelationshipInfix);
  return {CouncilId(std::move(council)), RelationshipId(std::move(relationship))};
}

}  // namespace twinledger::engagement
