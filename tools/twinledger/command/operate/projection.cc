#include <fmt/format.h>

#include <memory>
#include <string>

#include "twinledger/command/connect.h"
#include "twinledger/command/operate/commands.h"
#include "twinledger/fields/to_json.h"
#include "twinledger/operations/v1/operations.pb.h"
#include "twinledger/output/progress.h"

namespace twinledger::client {
namespace {

namespace ops = operations::v1;

constexpr const char* kOperations = "/twinledger.operations.v1.OperationsService/";

Result<ops::ListProjectionsResponse> ReadProjections(Session& session) {
  TL_TRY(const auto connection, ConnectToOne(session, kOperator));
  ops::ListProjectionsResponse response;
  TL_TRY_VOID(connection->Call(std::string(kOperations) + "ListProjections",
                               ops::ListProjectionsRequest(), response));
  return response;
}

// Of one partition: a projection is STOPPED as soon as one of its partitions is.
std::string_view StateOf(const ops::Projection& projection,
                         const ops::ProjectionPartition& partition) {
  if (!partition.stopped().empty()) return "STOPPED";
  const bool serves = projection.state() == ops::PROJECTION_STATE_SERVING || partition.lag() == 0;
  return serves ? "SERVING" : "CATCHING_UP";
}

// A line for each partition, with the projection's name.
ExitCode PrintPartitions(Session& session, const std::vector<Column>& columns) {
  const Result<ops::ListProjectionsResponse> response = ReadProjections(session);
  if (!response) return session.Fail(response.error());
  Printer printer = session.Print({.kind = "partitions", .columns = columns});
  for (const ops::Projection& projection : response->projections()) {
    const Json whole = ToJson(projection);
    for (const ops::ProjectionPartition& partition : projection.partitions()) {
      Json row = {{"projection", projection.name()},
                  {"schema_version_of_rows", projection.schema_version()},
                  {"state", StateOf(projection, partition)},
                  {"projection_state", whole["state"]}};
      row.update(ToJson(partition));
      printer.Row(row);
    }
  }
  printer.Finish();
  return ExitCode::kDone;
}

ExitCode ListPartitions(Session& session) {
  return PrintPartitions(session, {{"projection", "PROJECTION"},
                                   {"state", "STATE"},
                                   {"stream", "STREAM"},
                                   {"partition", "PARTITION", Column::Kind::kNumber},
                                   {"sequence", "SEQUENCE", Column::Kind::kNumber},
                                   {"lag", "LAG", Column::Kind::kNumber},
                                   {"rows", "ROWS", Column::Kind::kNumber},
                                   {"parked", "PARKED", Column::Kind::kNumber},
                                   {"voids", "VOIDS", Column::Kind::kNumber},
                                   {"stopped", "WHY STOPPED"}});
}

ExitCode PrintDigests(Session& session) {
  return PrintPartitions(session, {{"projection", "PROJECTION"},
                                   {"stream", "STREAM"},
                                   {"partition", "PARTITION", Column::Kind::kNumber},
                                   {"sequence", "SEQUENCE", Column::Kind::kNumber},
                                   {"digest", "DIGEST"}});
}

ExitCode PrintComparison(Session& session, const std::string& name,
                         const ops::RebuildComparison& comparison) {
  Printer printer = session.Print({.kind = "partitions",
                                   .columns = {{"stream", "STREAM"},
                                               {"partition", "PARTITION", Column::Kind::kNumber},
                                               {"sequence", "SEQUENCE", Column::Kind::kNumber},
                                               {"equal", "EQUAL"},
                                               {"serving_digest", "SERVING"},
                                               {"rebuilt_digest", "REBUILT"}}});
  for (const ops::DigestComparison& partition : comparison.partitions()) {
    Json row = ToJson(partition);
    row["equal"] = partition.serving_digest() == partition.rebuilt_digest();
    printer.Row(row);
  }
  printer.Finish({{"projection", name},
                  {"equal", comparison.equal()},
                  {"replaced", comparison.replaced()},
                  {"seconds", comparison.seconds()}});
  session.Note(
      comparison.equal()
          ? fmt::format("{} was rebuilt in {:.1f} s; every digest is equal{}", name,
                        comparison.seconds(),
                        comparison.replaced() ? ", and what was built serves now" : "")
          : fmt::format("{} was rebuilt and differs from the one that serves, which stays", name));
  return comparison.equal() ? ExitCode::kDone : ExitCode::kDifference;
}

ExitCode Rebuild(Session& session, const std::string& name, bool compare_only) {
  auto connection = ConnectToOne(session, kOperator);
  if (!connection) return session.Fail(connection.error());
  ops::RebuildProjectionRequest request;
  request.set_name(name);
  request.set_compare_only(compare_only);
  ops::RebuildProjectionResponse step;
  ops::RebuildComparison comparison;
  bool compared = false;
  std::unique_ptr<Progress> progress;
  const Result<void> rebuilt =
      (*connection)->Stream(std::string(kOperations) + "RebuildProjection", request, step, [&] {
        if (step.has_comparison()) {
          comparison = step.comparison();
          compared = true;
        } else {
          if (!progress) {
            progress = std::make_unique<Progress>(session.terminal(), session.clock(), "rebuild",
                                                  "records", step.progress().records_total());
          }
          progress->At(step.progress().records());
        }
        return true;
      });
  progress.reset();
  if (!rebuilt) return session.Fail(rebuilt.error());
  if (!compared) {
    return session.Fail(Error{.code = Code::kInternal,
                              .message = "the server ended the rebuild without a comparison",
                              .reason = "NOT_COMPARED"});
  }
  return PrintComparison(session, name, comparison);
}

}  // namespace

void AddProjection(Command root) {
  Command group = root.Group("projection", "the read models of a server: list, digest, rebuild",
                             "twinledger projection list\n"
                             "twinledger projection rebuild registry");
  Command list = group.Add("list", "how far every projection has read, and how it is",
                           "twinledger projection list\n"
                           "twinledger projection list -o json");
  list.OnRun(ListPartitions);
  Command digest = group.Add("digest", "one number for all rows of each partition",
                             "twinledger projection digest -o json");
  digest.OnRun(PrintDigests);
  auto name = std::make_shared<std::string>();
  Command rebuild =
      group.Add("rebuild",
                "builds a projection again from the log and compares: equal (exit 0), "
                "and it serves from then on, or not (5), and nothing changes",
                "twinledger projection rebuild registry\n"
                "twinledger projection rebuild registry --compare-only");
  rebuild.Required("name", *name, "as `projection list` says it");
  auto compare_only = std::make_shared<bool>(false);
  rebuild.Flag("--compare-only", *compare_only, "what serves stays, equal or not");
  rebuild.OnRun(
      [name, compare_only](Session& session) { return Rebuild(session, *name, *compare_only); });
}

}  // namespace twinledger::client
