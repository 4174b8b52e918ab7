#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "twinledger/command/connect.h"
#include "twinledger/command/registry/commands.h"
#include "twinledger/csv/reader.h"
#include "twinledger/import/importer.h"
#include "twinledger/import/interrupt.h"
#include "twinledger/output/progress.h"

namespace twinledger::client {
namespace {

// On a terminal more than this hides what matters; JSON has them all.
constexpr std::size_t kProblemsShown = 50;

// How long an interrupted import waits for the answers to what it has sent.
constexpr std::chrono::seconds kAnswersWait{3};

struct ImportFlags {
  std::string file;
  ImportOptions options;
};

Json ReportJson(const ImportReport& report, const std::string& layout, const CsvFile& file) {
  Json json = {{"layout", layout},
               {"charset", file.charset},
               {"charset_assumed", file.charset_assumed},
               {"validate_only", report.validate_only},
               {"read", report.read},
               {"accepted", report.accepted},
               {"unchanged", report.unchanged},
               {"amended", report.amended},
               {"refused", report.refused},
               {"unknown", report.unknown},
               {"not_sent", report.not_sent},
               {"partners_registered", report.partners_registered}};
  json["problems"] = Json::array();
  for (const CellProblem& problem : report.problems) {
    json["problems"].push_back({{"row", problem.row},
                                {"column", problem.column},
                                {"value", problem.value},
                                {"remedy", problem.remedy}});
  }
  json["stopped"] = report.stopped ? ErrorJson(*report.stopped) : Json();
  return json;
}

void SayProblems(Session& session, const ImportReport& report) {
  std::size_t shown = 0;
  for (const CellProblem& problem : report.problems) {
    if (shown++ == kProblemsShown) {
      session.Note(fmt::format("and {} more: -o json has them all",
                               report.problems.size() - kProblemsShown));
      return;
    }
    session.Note(Printable(fmt::format("row {}, {}: \"{}\": {}", problem.row, problem.column,
                                       problem.value, problem.remedy)));
  }
}

ExitCode ExitCodeOf(const ImportReport& report) {
  if (report.stopped && report.stopped->code == Code::kCancelled) {
    return Interrupt::Signal() == SIGTERM ? ExitCode::kTerminated : ExitCode::kInterrupted;
  }
  if (report.stopped) return client::ExitCodeOf(*report.stopped);
  if (report.held_back) return ExitCode::kUsage;
  return report.refused == 0 ? ExitCode::kDone : ExitCode::kPartial;
}

// As a shell reads it back.
std::string Quoted(const std::string& word) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:=@%+,";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

// The command line that was given, word for word the same to the program.
std::string CommandLine(const Session& session, const std::string& layout,
                        const ImportFlags& flags) {
  std::string line = "twinledger";
  for (const SettingName& name : kSettings) {
    const Setting& setting = session.settings().find(name.name)->second;
    if (!setting.source.starts_with("flag ")) continue;
    line += fmt::format(" {} {}", name.flag, Quoted(setting.value));
  }
  line += fmt::format(" import {} {}", layout, Quoted(flags.file));
  if (flags.options.validate_only) line += " --validate-only";
  if (flags.options.skip_invalid) line += " --skip-invalid";
  return line;
}

// "1 row not sent", "2 rows not sent".
std::string Counted(std::uint64_t count, std::string_view what, std::string_view state) {
  return fmt::format("{} {}{}{}", count, what, count == 1 ? "" : "s", state);
}

// Whether the same command again can do better.
bool MayGoOn(const Error& stopped) {
  return stopped.code != Code::kPermissionDenied && stopped.code != Code::kUnauthenticated &&
         stopped.code != Code::kUnimplemented;
}

void Conclude(Session& session, const ImportReport& report, const std::string& layout,
              const ImportFlags& flags) {
  SayProblems(session, report);
  if (report.stopped) {
    PrintError(session.terminal(), *report.stopped);
    if (!MayGoOn(*report.stopped)) return;
    if (report.partners_registered > 0 && !report.validate_only) {
      session.Note(Counted(report.partners_registered, "partner", " registered"));
    }
    if (report.unknown > 0 && !report.validate_only) {
      session.Note(Counted(report.unknown, "row", " sent and not answered: recorded or not"));
    }
    session.Note(fmt::format("{}; this{} goes on where it stopped and repeats nothing:\n  {}",
                             Counted(report.not_sent, "row", " not sent"),
                             flags.file == "-" ? ", with the same input," : "",
                             CommandLine(session, layout, flags)));
  } else if (report.held_back) {
    session.Note(fmt::format(
        "nothing {}: correct {}, or leave out with --skip-invalid what is wrong",
        report.validate_only ? "would be sent" : "was sent", Counted(report.refused, "row", "")));
  }
}

template <class Row>
using ParseRows = Result<ParsedRows<Row>> (*)(const CsvFile&);
template <class Row>
using ImportRows = Result<ImportReport> (*)(Connection&, const ParsedRows<Row>&,
                                            const ImportOptions&, const ImportWatch&);

// Runs an import with its progress on stderr and an eye on Ctrl-C: what is read is dropped at once,
// what is sent may still be answered.
Result<ImportReport> Watched(Session& session, Connection& connection, std::size_t rows,
                             const std::function<Result<ImportReport>(const ImportWatch&)>& run) {
  std::optional<Interrupt> interrupt;  // Nothing is to be told before the server is asked.
  std::optional<Progress> progress;
  std::optional<MonotonicTime> interrupted_at;
  bool cut = false;
  const auto goes_on = [&](std::chrono::seconds wait) {
    if (Interrupt::Signal() == 0) return true;
    const MonotonicTime now = session.clock().Monotonic();
    if (!interrupted_at) interrupted_at = now;
    if (now - *interrupted_at >= wait && !std::exchange(cut, true)) connection.Cancel();
    return false;
  };
  const auto reading = [&](std::uint64_t records) {
    if (!interrupt) interrupt.emplace();
    if (!progress) {
      progress.emplace(session.terminal(), session.clock(), "reading what is recorded", "records",
                       std::nullopt);
    }
    progress->At(records);
    return goes_on(std::chrono::seconds(0));
  };
  bool sends = false;
  const auto sending = [&](std::size_t done, std::size_t) {
    if (!std::exchange(sends, true)) {
      progress.reset();  // Its line goes before the next one's begins.
      progress.emplace(session.terminal(), session.clock(), "import", "rows", rows);
    }
    progress->At(done);
    return goes_on(kAnswersWait);
  };
  return run({.reading = reading, .sending = sending});
}

template <class Row>
ExitCode Import(Session& session, const std::string& layout, std::string_view account,
                const ImportFlags& flags, ParseRows<Row> parse, ImportRows<Row> send) {
  const Result<std::string> bytes = ReadInput(flags.file, CsvLimits().bytes);
  if (!bytes) return session.Fail(bytes.error());
  const Result<CsvFile> file = ParseCsv(*bytes);
  if (!file) return session.Fail(file.error());
  if (file->charset_assumed) {
    session.Note(fmt::format("{} is not UTF-8: read as {}", flags.file, file->charset));
  }
  const Result<ParsedRows<Row>> parsed = parse(*file);
  if (!parsed) return session.Fail(parsed.error());
  for (const std::string& column : parsed->unknown) {
    session.Note(Printable(fmt::format("column \"{}\" is not imported", column)));
  }
  auto connection = ConnectToWrite(session, account);
  if (!connection) return session.Fail(connection.error());

  const Result<ImportReport> report = Watched(
      session, **connection, parsed->rows.size(),
      [&](const ImportWatch& watch) { return send(**connection, *parsed, flags.options, watch); });
  if (!report) return session.Fail(report.error());
  Printer printer = session.Print({.kind = "import",
                                   .columns = {{"read", "read", Column::Kind::kNumber},
                                               {"accepted", "accepted", Column::Kind::kNumber},
                                               {"unchanged", "unchanged", Column::Kind::kNumber},
                                               {"amended", "amended", Column::Kind::kNumber},
                                               {"refused", "refused", Column::Kind::kNumber},
                                               {"unknown", "unknown", Column::Kind::kNumber},
                                               {"not_sent", "not sent", Column::Kind::kNumber}},
                                   .single = true});
  printer.Row(ReportJson(*report, layout, *file));
  printer.Finish();
  Conclude(session, *report, layout, flags);
  return ExitCodeOf(*report);
}

void AddFlags(Command command, ImportFlags& flags) {
  command.Required("file", flags.file, "CSV file; - for standard input");
  command.Flag("--validate-only,--dry-run", flags.options.validate_only,
               "check every row, on this machine and by the server, and record nothing");
  command.Flag("--skip-invalid", flags.options.skip_invalid,
               "leave rows that are wrong out, and take the rest");
}

}  // namespace

void AddImport(Command root) {
  Command group =
      root.Group("import", "takes councils or relationships from a CSV file",
                 "twinledger import councils councils.csv\n"
                 "twinledger import relationships relationships.csv --validate-only\n"
                 "twinledger import relationships relationships.csv --skip-invalid -o json");
  auto councils = std::make_shared<ImportFlags>();
  Command of_councils = group.Add("councils",
                                  "councils; columns: council_id,name,type,region,population,seat,"
                                  "has_port,has_airport,source",
                                  "twinledger import councils councils.csv --validate-only\n"
                                  "twinledger import councils - < councils.csv");
  AddFlags(of_councils, *councils);
  of_councils.OnRun([councils](Session& session) {
    return Import<CouncilRow>(session, "councils", kApprover, *councils, ParseCouncils,
                              ImportCouncils);
  });

  auto relationships = std::make_shared<ImportFlags>();
  Command of_relationships =
      group.Add("relationships",
                "relationships; columns: relationship_id,council_id,partner_city,partner_region,"
                "partner_country_iso2,kind,established_year,status,source",
                "twinledger import relationships relationships.csv --validate-only\n"
                "twinledger import relationships relationships.csv --skip-invalid -o json");
  AddFlags(of_relationships, *relationships);
  of_relationships.OnRun([relationships](Session& session) {
    return Import<RelationshipRow>(session, "relationships", kAnalyst, *relationships,
                                   ParseRelationships, ImportRelationships);
  });
}

}  // namespace twinledger::client
