// All that is recorded of one relationship.
#include <fmt/format.h>

#include <memory>
#include <string>

#include "twinledger/command/connect.h"
#include "twinledger/command/registry/api.h"
#include "twinledger/command/reporting/commands.h"
#include "twinledger/command/reporting/report.h"
#include "twinledger/fields/to_json.h"
#include "twinledger/reporting/v1/timeline.pb.h"

namespace twinledger::client {
namespace {

struct TimelineFlags {
  std::string relationship;
  std::string council;
  bool explain = false;
  ReadFlags read;
};

std::vector<Column> TimelineColumns(Format format, bool explain) {
  using Kind = Column::Kind;
  std::vector<Column> columns{{"record_time", "RECORDED", Kind::kTime},
                              {"when", "HAPPENED"},
                              {"summary", "WHAT"},
                              {"event", "EVENT"}};
  if (format == Format::kTable) {
    if (explain) columns.insert(columns.end(), {{"actor", "BY"}, {"record", "RECORD"}});
    return columns;
  }
  columns.insert(columns.end(), {{"kind", "KIND"},
                                 {"occur_date", "FROM"},
                                 {"occur_end", "TO"},
                                 {"from_band", "BAND BEFORE"},
                                 {"to_band", "BAND"},
                                 {"r", "R"},
                                 {"record", "RECORD"},
                                 {"actor", "BY"},
                                 {"withheld_class", "WITHHELD"}});
  return columns;
}

Json EntryJson(const reporting::v1::TimelineEntry& entry, Format format) {
  Json row = ToJson(entry);
  if (format == Format::kJson || format == Format::kJsonLines) return row;
  row["when"] = row["occur_date"];
  if (!row["occur_end"].is_null()) {
    row["when"] = fmt::format("{} to {}", row["occur_date"].get<std::string>(),
                              row["occur_end"].get<std::string>());
  }
  if (entry.withheld_class() != 0) {
    row["summary"] = fmt::format("withheld: {}", row["withheld_class"].get<std::string>());
  }
  return row;
}

ExitCode ShowTimeline(Session& session, const TimelineFlags& flags) {
  const Result<std::string> name = RelationshipName(flags.relationship, flags.council);
  if (!name) return session.Fail(name.error());
  const Result<rpc::v1::ReadOptions> options = ReadOptionsOf(session, flags.read);
  if (!options) return session.Fail(options.error());
  const Result<std::optional<std::uint64_t>> limit = LimitOf(flags.read);
  if (!limit) return session.Fail(limit.error());
  auto connection = Connect(session, kAnalyst);
  if (!connection) return session.Fail(connection.error());
  reporting::v1::ListTimelineRequest request;
  request.set_name(*name);
  *request.mutable_read_options() = *options;
  std::vector<Json> rows;
  const auto pages = ReadPages<reporting::v1::ListTimelineResponse>(
      **connection, std::string(kReportingService) + "ListTimeline", std::move(request), *limit,
      [&](const reporting::v1::ListTimelineResponse& page) {
        for (const auto& entry : page.entries()) rows.push_back(EntryJson(entry, session.format()));
        return static_cast<std::uint64_t>(page.entries_size());
      });
  if (!pages) return session.Fail(pages.error());
  Printer printer = session.Print(
      {.kind = "entries", .columns = TimelineColumns(session.format(), flags.explain)});
  for (const Json& row : rows) printer.Row(row);
  const Json facts = ReadFacts(session, flags.read, *pages);
  printer.Finish(facts);
  if (!session.FormatIsForPrograms()) SayReadFacts(session, rows.size(), "event", facts);
  return ExitCode::kDone;
}

}  // namespace

void AddTimeline(Command root) {
  auto flags = std::make_shared<TimelineFlags>();
  Command command = root.Add(
      "timeline", "all that is recorded of one relationship, newest first",
      "twinledger timeline UUID --council wellington-city\n"
      "twinledger timeline councils/wellington-city/relationships/UUID --as-of 2026-06-30");
  command.Required("relationship", flags->relationship,
                   "its UUID, or councils/COUNCIL/relationships/UUID");
  command.Option("--council", flags->council, "council of the relationship, with a UUID alone");
  command.Flag("--explain", flags->explain, "who recorded each event, and in which record");
  AddAsOf(command, flags->read);
  command.Option("--limit", flags->read.limit, "at most so many events [all]");
  command.OnRun([flags](Session& session) { return ShowTimeline(session, *flags); });
}

}  // namespace twinledger::client
