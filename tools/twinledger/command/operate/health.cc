#include <algorithm>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "twinledger/command/connect.h"
#include "twinledger/command/operate/commands.h"
#include "twinledger/command/operate/health_explained.h"
#include "twinledger/connection/probe.h"
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

// Of a server that serves, what is wrong all the same.
ExitCode ExitOfFindings(const operations::v1::GetHealthResponse& health) {
  const ExitCode of_state = ExitOfState(health.state());
  const std::vector<Explained> findings = Explain(health);
  const bool wrong =
      std::ranges::find(findings, Weight::kWrong, &Explained::weight) != findings.end();
  return of_state == ExitCode::kDone && wrong ? ExitCode::kFailed : of_state;
}

Result<operations::v1::GetHealthResponse> Ask(Connection& connection) {
  operations::v1::GetHealthResponse response;
  TL_TRY_VOID(connection.Call("/twinledger.operations.v1.OperationsService/GetHealth",
                              operations::v1::GetHealthRequest(), response));
  return response;
}

std::vector<Column> ColumnsOf(bool of_several) {
  std::vector<Column> columns{{"name", "SERVICE"},
                              {"serving", "SERVING"},
                              {"lag", "LAG", Column::Kind::kNumber},
                              {"partitions", "PARTITIONS", Column::Kind::kNumber},
                              {"partitions_stopped", "STOPPED", Column::Kind::kNumber},
                              {"partitions_unwritable", "UNWRITABLE", Column::Kind::kNumber},
                              {"parked", "PARKED", Column::Kind::kNumber},
                              {"voids", "VOIDS", Column::Kind::kNumber}};
  if (of_several) columns.insert(columns.begin(), {"server", "SERVER"});
  return columns;
}

Json StateOf(const Json& health) {
  return {{"state", health["state"]},
          {"version", health["version"]},
          {"started_at", health["started_at"]}};
}

ExitCode HealthOfOne(Session& session, Connection& connection) {
  const auto response = Ask(connection);
  if (!response) return session.Fail(response.error());
  Printer printer = session.Print({.kind = "services", .columns = ColumnsOf(false)});
  const Json whole = ToJson(*response);
  for (const Json& service : whole["services"]) printer.Row(service);
  printer.Finish(StateOf(whole));
  if (!session.FormatIsForPrograms()) {
    session.Note("server " + response->version() + " is " + whole["state"].dump());
  }
  return ExitOfState(response->state());
}

// Each replica for itself; the exit code is the worst of them.
ExitCode HealthOfEach(Session& session, const std::vector<OneServer>& servers) {
  ExitCode worst = ExitCode::kDone;
  Printer printer = session.Print({.kind = "services", .columns = ColumnsOf(true)});
  Json facts = {{"servers", Json::array()}};
  for (const OneServer& server : servers) {
    const auto response = Ask(*server.connection);
    worst =
        std::max(worst, response ? ExitOfState(response->state()) : ExitCodeOf(response.error()));
    Json state = {{"server", server.address}};
    if (response) {
      const Json whole = ToJson(*response);
      for (Json service : whole["services"]) {
        service["server"] = server.address;
        printer.Row(service);
      }
      state.update(StateOf(whole));
      if (!session.FormatIsForPrograms()) {
        session.Note(server.address + ": server " + response->version() + " is " +
                     whole["state"].dump());
      }
    } else {
      state["error"] = ErrorJson(response.error());
      PrintError(session.terminal(), response.error());
    }
    facts["servers"].push_back(state);
  }
  printer.Finish(facts);
  return worst;
}

// What a container's health check asks: the exit code is the answer.
ExitCode HealthOfProbe(Session& session, const std::string& address) {
  const Result<void> serving = Probe(address, session.timeout());
  if (!serving) return session.Fail(serving.error());
  Printer printer = session.Print(
      {.kind = "probe", .columns = {{"server", "server"}, {"state", "state"}}, .single = true});
  printer.Row({{"server", address}, {"state", "SERVING"}});
  printer.Finish();
  return ExitCode::kDone;
}

void TellInWords(std::ostream& out, const std::string& server,
                 const operations::v1::GetHealthResponse& health) {
  const std::vector<Explained> findings = Explain(health);
  out << server << ": version " << health.version() << ", "
      << (findings.empty() ? "all is well" : std::to_string(findings.size()) + " findings") << '\n';
  for (const std::string& line : RightOf(health)) out << "ok     " << line << '\n';
  for (const Explained& finding : findings) out << ToText(finding);
}

// Each server for itself, in words; for programs a row a finding. The exit code is the worst.
ExitCode ExplainEach(Session& session, const std::vector<OneServer>& servers) {
  ExitCode worst = ExitCode::kDone;
  Json rows = Json::array();
  Json facts = {{"servers", Json::array()}};
  for (const OneServer& server : servers) {
    const auto health = Ask(*server.connection);
    worst = std::max(worst, health ? ExitOfFindings(*health) : ExitCodeOf(health.error()));
    Json state = {{"server", server.address}};
    if (!health) {
      PrintError(session.terminal(), health.error());
      state["error"] = ErrorJson(health.error());
    } else {
      if (!session.FormatIsForPrograms()) {
        TellInWords(session.terminal().out, server.address, *health);
      }
      for (const Explained& finding : Explain(*health)) {
        Json row = ToJson(finding);
        row["server"] = server.address;
        rows.push_back(std::move(row));
      }
      state.update(StateOf(ToJson(*health)));
    }
    facts["servers"].push_back(state);
  }
  if (!session.FormatIsForPrograms()) return worst;
  Printer printer = session.Print({.kind = "findings",
                                   .columns = {{"server", "SERVER"},
                                               {"weight", "WEIGHT"},
                                               {"where", "WHERE"},
                                               {"what", "WHAT"},
                                               {"do", "DO"},
                                               {"log_reason", "LOG"},
                                               {"metric", "METRIC"},
                                               {"runbook", "RUNBOOK"}}});
  for (const Json& row : rows) printer.Row(row);
  printer.Finish(facts);
  return worst;
}

ExitCode Health(Session& session, const std::string& probe, bool explain) {
  if (!probe.empty()) return HealthOfProbe(session, probe);
  const auto servers = ConnectToEach(session, kOperator);
  if (!servers) return session.Fail(servers.error());
  if (explain) return ExplainEach(session, *servers);
  return servers->size() == 1 ? HealthOfOne(session, *servers->front().connection)
                              : HealthOfEach(session, *servers);
}

}  // namespace

void AddHealth(Command root) {
  Command health =
      root.Add("health",
               "how the server is: serving (exit 0), starting or draining (11), "
               "degraded (1); of several the worst",
               "twinledger health\n"
               "twinledger health --explain\n"
               "twinledger --server ledger-1.example:7443,ledger-2.example:7443 health\n"
               "twinledger health -o json\n"
               "twinledger health --probe 127.0.0.1:7480");
  auto probe = std::make_shared<std::string>();
  health.Option(
      "--probe", *probe,
      "HOST:PORT of health_listen: asks there, in plain text, whether the server is ready");
  auto explain = std::make_shared<bool>(false);
  health.Flag(
      "--explain", *explain,
      "what is right and what is wrong, in words: what to do, and where to read on; wrong is "
      "exit 1");
  health.OnRun([probe, explain](Session& session) { return Health(session, *probe, *explain); });
}

}  // namespace twinledger::client
