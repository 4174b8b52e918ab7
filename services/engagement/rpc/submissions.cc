#include "engagement/rpc/submissions.h"

#include "engagement/rpc/record_checks.h"

namespace twinledger::engagement {
namespace {

// A relationship that a record names is of its own council.
void CheckOwnRelationship(const CouncilId& council, const v1::Record& record,
                          rpc::Violations& wrong) {
  const RelationshipName named = RelationshipIn(record.relationship());
  if (named.council.empty() || named.council == council) return;
  wrong.Add("record.relationship", "is of another council: name one of " + NameOf(council));
}

}  // namespace

rpc::Scope CheckSubmit(const v1::SubmitRecordRequest& request, rpc::Violations& wrong,
                       RecordFields& kept) {
  const CouncilId council = ReadCouncilName("parent", request.parent(), wrong);
  wrong.Uuid("record_id", request.record_id());
  kept = CheckWhole(request.record(), wrong);
  CheckOwnRelationship(council, request.record(), wrong);
  return rpc::Scope::OfCouncil(council.value(), request.parent());
}

rpc::Scope CheckAmend(const v1::AmendRecordRequest& request, rpc::Violations& wrong) {
  const RecordName name = ReadRecordName("record.name", request.record().name(), wrong);
  wrong.Etag("etag", request.etag());
  CheckAmended(request.record(), request.update_mask(), wrong);
  CheckOwnRelationship(name.council, request.record(), wrong);
  CheckReason("reason", request.reason(), wrong);
  return rpc::Scope::OfCouncil(name.council.value(), request.record().name());
}

RecordName NameIn(const v1::SubmitRecordRequest& request) {
  return {CouncilIn(request.parent()), RecordId(request.record_id())};
}

bool MayHaveTexts(const v1::Record& record) {
  return record.content_case() != v1::Record::kDevice || !record.evidence().empty();
}

}  // namespace twinledger::engagement
