#include "twinledger/command/registry/history.h"

#include "twinledger/command/registry/read.h"
#include "twinledger/fields/to_json.h"

namespace twinledger::client {

Json VersionJson(const registry::v1::Version& version, const google::protobuf::Descriptor& type) {
  registry::v1::Version shown = version;
  for (registry::v1::FieldChange& change : *shown.mutable_changes()) {
    if (change.has_before()) change.set_before(ShortNames(type, change.path(), change.before()));
    if (change.has_after()) change.set_after(ShortNames(type, change.path(), change.after()));
  }
  return ToJson(shown);
}

void PrintHistory(Session& session, const std::vector<Json>& versions, const Json& facts) {
  Printer printer = session.Print({.kind = "versions",
                                   .columns = {{"record_time", "RECORDED", Column::Kind::kTime},
                                               {"actor", "BY"},
                                               {"path", "FIELD"},
                                               {"before", "BEFORE"},
                                               {"after", "AFTER"},
                                               {"reason", "WHY"},
                                               {"position", "POSITION"}}});
  const bool structured =
      session.format() == Format::kJson || session.format() == Format::kJsonLines;
  for (const Json& version : versions) {
    if (structured) {
      printer.Row(version);
      continue;
    }
    for (const Json& change : version["changes"]) {
      Json line = version;
      line.update(change);
      printer.Row(line);
    }
  }
  printer.Finish(facts);
  if (!session.FormatIsForPrograms()) SayReadFacts(session, versions.size(), "version", facts);
}

}  // namespace twinledger::client
