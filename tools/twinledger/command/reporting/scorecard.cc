// How one council stands, and what it can do about it.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>

#include "twinledger/command/connect.h"
#include "twinledger/command/registry/api.h"
#include "twinledger/command/reporting/commands.h"
#include "twinledger/command/reporting/report.h"
#include "twinledger/fields/to_json.h"
#include "twinledger/reporting/v1/scorecard.pb.h"

namespace twinledger::client {
namespace {

using reporting::v1::Scorecard;

struct ScorecardFlags {
  std::string council;
  bool explain = false;
  ReadFlags read;
};

void PrintHead(Session& session, const Scorecard& card, bool explain) {
  std::vector<Column> columns{{"council_display_name", "COUNCIL"},
                              {"r", "R"},
                              {"band", "BAND"},
                              {"a", "A"},
                              {"last_activity", "LAST ACTIVITY"}};
  if (explain) columns.push_back({"from", "FROM"});
  Json row = ToJson(card);
  row["r"] = PointsForPeople(card.r());
  row["a"] = PointsForPeople(card.a());
  row["from"] = SourcesText(card.sources());
  Printer printer = session.Print({.kind = "scorecard", .columns = columns, .single = true});
  printer.Row(row);
  printer.Finish();
  session.terminal().out << '\n';
}

void PrintRelationships(Session& session, const Scorecard& card, bool explain) {
  std::vector<Column> columns = StandingColumns(session.format(), explain);
  // It is the same in every row.
  if (!session.FormatIsForPrograms()) {
    std::erase_if(columns, [](const Column& column) { return column.field == "council"; });
    columns.insert(columns.end() - (explain ? 1 : 0), {"late", "OVERDUE"});
  }
  Printer printer = session.Print({.kind = "relationships", .columns = columns});
  for (const auto& one : card.relationships()) printer.Row(StandingJson(one, session.format()));
  printer.Finish();
}

// A table of its own, the heaviest rows first; nothing where there are none.
void PrintHeaviestFirst(Session& session, std::vector<std::pair<std::int64_t, Json>> rows,
                        const Shape& shape) {
  if (rows.empty()) return;
  std::ranges::stable_sort(rows, std::ranges::greater(), &std::pair<std::int64_t, Json>::first);
  session.terminal().out << '\n';
  Printer printer = session.Print(shape);
  for (const auto& [weight, row] : rows) printer.Row(row);
  printer.Finish();
}

// What R is made of, over all relationships.
void PrintLines(Session& session, const Scorecard& card) {
  std::vector<std::pair<std::int64_t, Json>> rows;
  for (const auto& one : card.relationships()) {
    for (const auto& line : one.top_lines()) {
      Json row = ToJson(line);
      row["net"] = PointsForPeople(line.net());
      row["partner"] = one.partner_display_name();
      rows.emplace_back(line.net(), std::move(row));
    }
  }
  PrintHeaviestFirst(session, std::move(rows),
                     {.kind = "lines",
                      .columns = {{"net", "R", Column::Kind::kNumber},
                                  {"indicator", "BY"},
                                  {"text", "BECAUSE"},
                                  {"partner", "PARTNER"}}});
}

// What lowers R most.
void PrintActions(Session& session, const Scorecard& card) {
  std::vector<std::pair<std::int64_t, Json>> rows;
  for (const auto& one : card.relationships()) {
    for (const auto& action : one.actions()) {
      Json row = ToJson(action);
      row["drop"] = PointsForPeople(-action.drop());
      row["partner"] = one.partner_display_name();
      rows.emplace_back(action.drop(), std::move(row));
    }
  }
  PrintHeaviestFirst(session, std::move(rows),
                     {.kind = "actions",
                      .columns = {{"drop", "R", Column::Kind::kNumber},
                                  {"text", "FIX FIRST"},
                                  {"partner", "PARTNER"},
                                  {"records", "RECORDS"}}});
}

void SayPending(Session& session, const Scorecard& card) {
  PendingRetractions pending;
  for (const auto& one : card.relationships()) pending.Add(one);
  pending.Say(session);
}

ExitCode ShowScorecard(Session& session, const ScorecardFlags& flags) {
  const Result<rpc::v1::ReadOptions> options = ReadOptionsOf(session, flags.read);
  if (!options) return session.Fail(options.error());
  auto connection = Connect(session, kAnalyst);
  if (!connection) return session.Fail(connection.error());
  reporting::v1::GetScorecardRequest request;
  request.set_name(CouncilName(flags.council));
  request.set_explain(flags.explain);
  *request.mutable_read_options() = *options;
  reporting::v1::GetScorecardResponse response;
  const Result<void> asked =
      (*connection)->Call(std::string(kReportingService) + "GetScorecard", request, response);
  if (!asked) return session.Fail(asked.error());
  const Scorecard& card = response.scorecard();
  Json facts = ReadFacts(session, flags.read, response.read_position());
  AddScoring(response.scoring(), facts);
  switch (session.format()) {
    case Format::kJson:
    case Format::kJsonLines: {
      Printer printer = session.Print({.kind = "scorecards", .columns = {}, .single = true});
      Json row = ToJson(card);
      row.update(facts);
      printer.Row(row);
      printer.Finish();
      break;
    }
    case Format::kCsv:
      PrintRelationships(session, card, flags.explain);
      break;
    case Format::kTable:
      PrintHead(session, card, flags.explain);
      PrintRelationships(session, card, flags.explain);
      PrintLines(session, card);
      PrintActions(session, card);
      facts["more"] = false;
      SayReadFacts(session, static_cast<std::uint64_t>(card.relationships_size()), "relationship",
                   facts);
      SayPending(session, card);
      SayScoring(session, facts);
      break;
  }
  return ExitCode::kDone;
}

}  // namespace

void AddScorecard(Command root) {
  auto flags = std::make_shared<ScorecardFlags>();
  Command command = root.Add("scorecard", "how one council stands, and what to fix first",
                             "twinledger scorecard wellington-city\n"
                             "twinledger scorecard wellington-city --as-of 2026-06-30 --explain");
  command.Required("council", flags->council, "wellington-city");
  AddExplain(command, flags->explain);
  AddAsOf(command, flags->read);
  command.OnRun([flags](Session& session) { return ShowScorecard(session, *flags); });
}

}  // namespace twinledger::client
