#include <fmt/format.h>

#include <string>

#include "twinledger/command/edition.h"

namespace twinledger::client {
namespace {

Error NotHere(const std::string& what) {
  return {Code::kInvalidArgument,
          fmt::format("{} which only the client that comes with the server can read and write; "
                      "install the package twinledger-server in place of twinledger-client",
                      what),
          "NOT_IN_THIS_PROGRAM",
          {}};
}

// A person who follows a guide must hear where the command is, and not that there is none.
void AddElsewhere(Command group, const std::string& name, const std::string& what) {
  Command command = group.Add(name, what + " (package twinledger-server)",
                              "twinledger " + name + ": in the package twinledger-server");
  command.TakeAnything();
  command.OnRun([name](Session& session) {
    return session.Fail(NotHere("`" + name + "` works on a data directory or on topics,"));
  });
}

void AddKeeping(Command root, Command log) {
  AddElsewhere(log, "init", "founds a new log");
  AddElsewhere(log, "import", "brings an export into a data directory or into topics");
  AddElsewhere(log, "move", "moves a log to Kafka");
  AddElsewhere(root, "backup", "log, keys and certificates together");
  AddElsewhere(root, "replica", "data directories for further servers on Kafka");
}

Result<OpenedForReading> OpenTopics(const log::KafkaAddress& /*address*/) {
  return NotHere("--log kafka://... names topics,");
}

Result<std::vector<log::Witness>> ReadCursors(const std::filesystem::path& projections,
                                              const log::Founding& /*founding*/) {
  std::error_code absent;
  if (!std::filesystem::exists(projections, absent)) return std::vector<log::Witness>();
  return NotHere(projections.string() + " remembers how far the log had reached,");
}

}  // namespace

const Edition kClientEdition = {AddKeeping, OpenTopics, ReadCursors};

}  // namespace twinledger::client
