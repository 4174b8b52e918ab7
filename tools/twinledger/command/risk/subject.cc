#include "twinledger/command/risk/subject.h"

#include "platform/base/uuid.h"
#include "risk/domain/day.h"
#include "twinledger/command/registry/api.h"
#include "twinledger/fields/to_json.h"

namespace twinledger::client {

void AddSubject(Command command, SubjectFlags& flags) {
  command.Required("subject", flags.subject, kSubjectHelp);
  command.Option("--council", flags.council, "council of the relationship, with a UUID alone");
}

Result<std::string> SubjectName(const SubjectFlags& flags) {
  const bool names_relationship = !flags.council.empty() || IsUuid(flags.subject);
  if (names_relationship) return RelationshipName(flags.subject, flags.council);
  return CouncilName(flags.subject);
}

Json ReceiptJson(const risk::v1::AssessmentReceipt& receipt) {
  Json json = ToJson(receipt);
  json["as_of"] = risk::ToText(receipt.as_of());
  Json positions = Json::object();
  for (const auto& at : receipt.positions().positions()) {
    positions[at.stream() + "/" + std::to_string(at.partition())] = at.sequence();
  }
  json["positions"] = positions;
  return json;
}

}  // namespace twinledger::client
