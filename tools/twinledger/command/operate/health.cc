#include <string>

#include "twinledger/command/connect.h"
#include "twinledger/command/operate/commands.h"
#include "twinledger/fields/to_json.h"
#include "twinledger/operations/v1/operations.pb.h"

namespace twinledger::client {
namespace {

ExitCode ExitOfState(operations::v1::ServerState state) {
  switch (state) {
    case operations::v1::SERVER_STATE_SERVING:
      return ExitCode::kDone;
    case operations::v1::SERVER_STATE_STARTING:
    case operations::v1::SERVER_STATE_DRAINING:
      return ExitCode::kUnavailable;
    case operations::v1::SERVER_STATE_DEGRADED:
    case operations::v1::SERVER_STATE_UNSPECIFIED:
    case operations::v1::ServerState_INT_MIN_SENTINEL_DO_NOT_USE_:
    case operations::v1::ServerState_INT_MAX_SENTINEL_DO_NOT_USE_:
      return ExitCode::kFailed;
  }
  return ExitCode::kFailed;
}

ExitCode Health(Session& session) {
  auto connection = Connect(session, kOperator);
  if (!connection) return session.Fail(connection.error());
  operations::v1::GetHealthResponse response;
  const Result<void> asked = (*connection)
                                 ->Call("/twinledger.operations.v1.OperationsService/GetHealth",
                                        operations::v1::GetHealthRequest(), response);
  if (!asked) return session.Fail(asked.error());
  Printer printer =
      session.Print({.kind = "services",
                     .columns = {{"name", "SERVICE"},
                                 {"serving", "SERVING"},
                                 {"lag", "LAG", Column::Kind::kNumber},
                                 {"partitions", "PARTITIONS", Column::Kind::kNumber},
                                 {"partitions_stopped", "STOPPED", Column::Kind::kNumber},
                                 {"partitions_unwritable", "UNWRITABLE", Column::Kind::kNumber},
                                 {"parked", "PARKED", Column::Kind::kNumber},
                                 {"voids", "VOIDS", Column::Kind::kNumber}}});
  const Json whole = ToJson(response);
  for (const Json& service : whole["services"]) printer.Row(service);
  printer.Finish({{"state", whole["state"]},
                  {"version", whole["version"]},
                  {"started_at", whole["started_at"]}});
  if (!session.FormatIsForPrograms()) {
    session.Note("server " + response.version() + " is " + whole["state"].dump());
  }
  return ExitOfState(response.state());
}

}  // namespace

void AddHealth(Command root) {
  Command health = root.Add("health",
                            "how the server is: serving (exit 0), starting or draining (11), "
                            "degraded (1)",
                            "twinledger health\n"
                            "twinledger health -o json");
  health.OnRun(Health);
}

}  // namespace twinledger::client
