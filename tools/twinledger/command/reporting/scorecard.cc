// How one council stands, and what it can do about it.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "twinledger/command/connect.h"
#include "twinledger/command/registry/api.h"
#include "twinledger/command/reporting/commands.h"
#include "twinledger/command/reporting/report.h"
#include "twinledger/fields/to_json.h"
#include "twinledger/output/points_text.h"
#include "twinledger/reporting/v1/scorecard.pb.h"

namespace twinledger::client {
namespace {

using reporting::v1::RelationshipStanding;
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

// A table of its own, the heaviest rows first; nothing where there are none. What is of the same
// records, weighs as much and reads alike in several relationships is one row: a record that names
// no relationship counts in each of its council's.
class Reasons {
 public:
  template <class Reason>
  void Add(const Reason& reason, const std::string& indicator, std::int64_t points,
           const RelationshipStanding& of) {
    const Key key{-std::abs(points),
                  reason.text(),
                  indicator,
                  {reason.records().begin(), reason.records().end()}};
    Row& row = rows_[key];
    row.points = points;
    row.partner = of.partner_display_name();
    row.relationships.insert(of.name());
  }

  void Print(Session& session, const Shape& shape) const {
    if (rows_.empty()) return;
    session.terminal().out << '\n';
    Printer printer = session.Print(shape);
    for (const auto& [key, row] : rows_) {
      printer.Row({{"points", PointsForPeople(row.points)},
                   {"indicator", key.indicator},
                   {"text", key.text},
                   {"partner", row.relationships.size() == 1
                                   ? row.partner
                                   : fmt::format("{} relationships", row.relationships.size())},
                   {"records", RecordsText(key.records)}});
    }
    printer.Finish();
  }

 private:
  struct Key {
    std::int64_t lightness;
    std::string text;
    std::string indicator;
    std::vector<std::string> records;

    auto operator<=>(const Key&) const = default;
  };
  struct Row {
    std::int64_t points = 0;
    std::string partner;
    std::set<std::string> relationships;
  };

  static std::string RecordsText(const std::vector<std::string>& records) {
    constexpr std::size_t kNamedMost = 3;
    const std::span named(records.data(), std::min(records.size(), kNamedMost));
    std::string text = fmt::format("{}", fmt::join(named, ", "));
    if (named.size() == records.size()) return text;
    return fmt::format("{} and {} more", text, records.size() - named.size());
  }

  std::map<Key, Row> rows_;
};

// What R is made of, over all relationships.
void PrintLines(Session& session, const Scorecard& card) {
  Reasons lines;
  for (const auto& one : card.relationships()) {
    for (const auto& line : one.top_lines()) {
      lines.Add(line, line.indicator(), line.net(), one);
    }
  }
  lines.Print(session, {.kind = "lines",
                        .columns = {{"points", "R", Column::Kind::kNumber},
                                    {"indicator", "BY"},
                                    {"text", "BECAUSE"},
                                    {"partner", "PARTNER"},
                                    {"records", "RECORDS"}}});
}

// What lowers R most.
void PrintActions(Session& session, const Scorecard& card) {
  Reasons actions;
  for (const auto& one : card.relationships()) {
    for (const auto& action : one.actions()) {
      actions.Add(action, action.mitigation(), -action.drop(), one);
    }
  }
  actions.Print(session, {.kind = "actions",
                          .columns = {{"points", "R", Column::Kind::kNumber},
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
