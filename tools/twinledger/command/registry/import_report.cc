#include "twinledger/command/registry/import_report.h"

#include <fmt/format.h>

#include <csignal>
#include <utility>

#include "twinledger/import/interrupt.h"

namespace twinledger::client {
namespace {

// On a terminal more than this hides what matters; JSON has them all.
constexpr std::size_t kProblemsShown = 50;

Json ReportJson(const ImportReport& report, const ImportSource& source) {
  Json json = {{"layout", source.layout},
               {"charset", source.charset},
               {"charset_assumed", source.charset_assumed},
               {"validate_only", report.validate_only},
               {"read", report.read},
               {"accepted", report.accepted},
               {"unchanged", report.unchanged},
               {"amended", report.amended},
               {"refused", report.refused},
               {"unknown", report.unknown},
               {"not_sent", report.not_sent},
               {"partners_registered", report.partners_registered},
               {"principals_registered", report.principals_registered},
               {"problems_left_out", report.problems_left_out}};
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
                               report.problems.size() + report.problems_left_out - kProblemsShown));
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
  if (!flags.council.empty()) line += " --council " + Quoted(flags.council);
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
    if (report.principals_registered > 0 && !report.validate_only) {
      session.Note(Counted(report.principals_registered, "principal", " registered"));
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

}  // namespace

void AddImportFlags(Command command, ImportFlags& flags) {
  command.Required("file", flags.file, "CSV file; - for standard input");
  AddImportOptions(command, flags);
}

void AddImportOptions(Command command, ImportFlags& flags) {
  command.Flag("--validate-only,--dry-run", flags.options.validate_only,
               "check every row, on this machine and by the server, and record nothing");
  command.Flag("--skip-invalid", flags.options.skip_invalid,
               "leave rows that are wrong out, and take the rest");
}

ExitCode ShowImport(Session& session, const ImportReport& report, const ImportSource& source,
                    const ImportFlags& flags) {
  Printer printer = session.Print({.kind = "import",
                                   .columns = {{"read", "read", Column::Kind::kNumber},
                                               {"accepted", "accepted", Column::Kind::kNumber},
                                               {"unchanged", "unchanged", Column::Kind::kNumber},
                                               {"amended", "amended", Column::Kind::kNumber},
                                               {"refused", "refused", Column::Kind::kNumber},
                                               {"unknown", "unknown", Column::Kind::kNumber},
                                               {"not_sent", "not sent", Column::Kind::kNumber}},
                                   .single = true});
  printer.Row(ReportJson(report, source));
  printer.Finish();
  Conclude(session, report, source.layout, flags);
  return ExitCodeOf(report);
}

}  // namespace twinledger::client
