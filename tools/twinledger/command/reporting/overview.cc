// The country in numbers, and what is to be looked at first.
#include <fmt/format.h>

#include <memory>
#include <string>

#include "twinledger/command/connect.h"
#include "twinledger/command/registry/api.h"
#include "twinledger/command/reporting/commands.h"
#include "twinledger/command/reporting/report.h"
#include "twinledger/fields/to_json.h"
#include "twinledger/output/points_text.h"
#include "twinledger/reporting/v1/overview.pb.h"

namespace twinledger::client {
namespace {

using reporting::v1::Overview;

constexpr const char* kRowsOfATable = "20";

struct OverviewFlags {
  std::string council;
  bool explain = false;
  ReadFlags read;
};

std::string BandsText(const Overview& overview) {
  std::string text;
  for (const auto& band : overview.bands()) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ",
                        risk::v1::Band_Name(band.band()).substr(5), band.count());
  }
  return text;
}

std::string RisersText(const Overview& overview) {
  constexpr int kNamedMax = 3;
  int named = 0;
  std::string text;
  for (const auto& riser : overview.risers()) {
    if (named++ == kNamedMax) break;
    text += fmt::format("{}{} with {} +{}", text.empty() ? "" : "; ", riser.council_display_name(),
                        riser.partner_display_name(), PointsForPeople(riser.change()));
  }
  return text.empty() ? "none in 30 days" : text;
}

// The numbers one under another, above the table.
void PrintNumbers(Session& session, const Overview& overview, bool explain) {
  std::vector<Column> columns{{"councils", "COUNCILS"}, {"relationships", "RELATIONSHIPS"},
                              {"bands", "BANDS"},       {"returns", "RETURNS"},
                              {"risers", "RISING"},     {"alerts", "ALERTS"}};
  Json row;
  row["councils"] = fmt::format("{}, {} with an engagement recorded in 365 days",
                                overview.councils(), overview.councils_with_records());
  row["relationships"] = fmt::format("{}, {} likewise", overview.relationships(),
                                     overview.relationships_with_records());
  row["bands"] = BandsText(overview);
  row["returns"] =
      overview.has_returns_expected()
          ? fmt::format("{} of {}", overview.returns_received(), overview.returns_expected())
          : "not known: what councils are to file is not recorded";
  row["risers"] = RisersText(overview);
  row["alerts"] = fmt::format("{} in 30 days", overview.alerts());
  for (const auto& source : overview.sources()) {
    if (!explain) break;
    google::protobuf::RepeatedPtrField<reporting::v1::Source> one;
    *one.Add() = source;
    const std::string member = fmt::format("source {}", columns.size());
    columns.push_back({member, "FROM"});
    row[member] = SourcesText(one);
  }
  Printer printer = session.Print({.kind = "overview", .columns = columns, .single = true});
  printer.Row(row);
  printer.Finish();
  session.terminal().out << '\n';
}

ExitCode ShowOverview(Session& session, OverviewFlags flags) {
  if (!session.FormatIsForPrograms() && flags.read.limit.empty()) flags.read.limit = kRowsOfATable;
  const Result<rpc::v1::ReadOptions> options = ReadOptionsOf(session, flags.read);
  if (!options) return session.Fail(options.error());
  const Result<std::optional<std::uint64_t>> limit = LimitOf(flags.read);
  if (!limit) return session.Fail(limit.error());
  auto connection = Connect(session, kAnalyst);
  if (!connection) return session.Fail(connection.error());
  const std::string parent = CouncilName(flags.council.empty() ? "-" : flags.council);

  reporting::v1::ListWorkQueueRequest queue;
  queue.set_parent(parent);
  queue.set_explain(flags.explain);
  queue.set_filter(flags.read.filter);
  queue.set_order_by(flags.read.order_by);
  *queue.mutable_read_options() = *options;
  std::vector<Json> rows;
  PendingRetractions pending;
  reporting::v1::Scoring scoring;
  const auto pages = ReadPages<reporting::v1::ListWorkQueueResponse>(
      **connection, std::string(kReportingService) + "ListWorkQueue", std::move(queue), *limit,
      [&](const reporting::v1::ListWorkQueueResponse& page) {
        scoring = page.scoring();
        for (const auto& one : page.relationships()) {
          rows.push_back(StandingJson(one, session.format()));
          pending.Add(one);
        }
        return static_cast<std::uint64_t>(page.relationships_size());
      });
  if (!pages) return session.Fail(pages.error());

  // At the cut of the rows, so that the numbers are theirs.
  reporting::v1::GetOverviewRequest request;
  request.set_parent(parent);
  request.set_explain(flags.explain);
  if (flags.read.as_of.empty()) {
    *request.mutable_read_options()->mutable_as_of()->mutable_positions() =
        pages->position.positions();
  } else {
    *request.mutable_read_options() = *options;
  }
  reporting::v1::GetOverviewResponse numbers;
  const Result<void> asked =
      (*connection)->Call(std::string(kReportingService) + "GetOverview", request, numbers);
  if (!asked) return session.Fail(asked.error());

  if (!session.FormatIsForPrograms()) PrintNumbers(session, numbers.overview(), flags.explain);
  Printer printer = session.Print(
      {.kind = "relationships", .columns = StandingColumns(session.format(), flags.explain)});
  for (const Json& row : rows) printer.Row(row);
  Json facts = ReadFacts(session, flags.read, *pages);
  facts["overview"] = ToJson(numbers.overview());
  AddScoring(scoring, facts);
  printer.Finish(facts);
  if (!session.FormatIsForPrograms()) {
    SayReadFacts(session, rows.size(), "relationship", facts);
    pending.Say(session);
    SayScoring(session, facts);
  }
  return ExitCode::kDone;
}

}  // namespace

void AddOverview(Command root) {
  auto flags = std::make_shared<OverviewFlags>();
  Command command =
      root.Add("overview", "the country in numbers, and the relationships to look at first",
               "twinledger overview\n"
               "twinledger overview --as-of 2026-06-30 --explain\n"
               "twinledger overview --council wellington-city\n"
               "twinledger overview --filter 'band = HIGH' -o csv > high.csv");
  command.Option("--council", flags->council, "council [all]");
  AddExplain(command, flags->explain);
  AddListFlags(command, flags->read, "band = HIGH AND status = ACTIVE");
  command.OnRun([flags](Session& session) { return ShowOverview(session, *flags); });
}

}  // namespace twinledger::client
