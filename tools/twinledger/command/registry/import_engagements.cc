#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <string>

#include "twinledger/command/connect.h"
#include "twinledger/command/registry/commands.h"
#include "twinledger/command/registry/import_report.h"
#include "twinledger/command/registry/import_watch.h"
#include "twinledger/import/record_importer.h"
#include "twinledger/import/record_template.h"

namespace twinledger::client {
namespace {

constexpr std::string_view kMaker = "officer-1";

struct EngagementImportFlags {
  ImportFlags import;
  std::string kind;  // Whose template is wanted.
};

ExitCode PrintTemplate(Session& session, const std::string& kind) {
  const Result<std::string> text = RecordCsvTemplate(kind);
  if (!text) return session.Fail(text.error());
  if (!session.FormatIsForPrograms()) {
    session.terminal().out << *text;
    return ExitCode::kDone;
  }
  Printer printer =
      session.Print({.kind = "template", .columns = {{"template", "TEMPLATE"}}, .single = true});
  printer.Row({{"template", *text}});
  printer.Finish();
  return ExitCode::kDone;
}

// Says how many records are of other councils than `wanted`; an error where all are.
Result<void> SayPassedOver(Session& session, std::uint64_t others, std::uint64_t read,
                           const std::string& wanted) {
  if (others == 0) return {};
  const std::string said =
      fmt::format("{} record{} of other councils passed over", others, others == 1 ? "" : "s");
  if (read > 0) {
    session.Note(said);
    return {};
  }
  return Error{.code = Code::kInvalidArgument,
               .message = fmt::format("{}; none is of \"{}\": give --council as the column "
                                      "council_id spells it",
                                      said, wanted),
               .reason = "NO_RECORD_OF_COUNCIL",
               .metadata = {{"council", wanted}}};
}

ExitCode ImportBy(Session& session, const ImportFlags& flags) {
  if (flags.file.empty()) {
    return session.Fail(Error{.code = Code::kInvalidArgument,
                              .message = "which file? Name it, or ask for a template with "
                                         "--template gift",
                              .reason = "FILE_MISSING"});
  }
  const auto opened = RecordFile::Open(flags.file, flags.council);
  if (!opened) return session.Fail(opened.error());
  RecordFile& file = **opened;
  if (file.charset_assumed()) {
    session.Note(fmt::format("{} is not UTF-8: read as {}", flags.file, file.charset()));
  }
  for (const std::string& column : file.layout().layout().unknown()) {
    session.Note(Printable(fmt::format("column \"{}\" is not imported", column)));
  }
  const ImportSource source{"engagements", file.charset(), file.charset_assumed()};
  Result<CheckedRecords> checked = CheckRecords(file, flags.options);
  if (!checked) return session.Fail(checked.error());
  const Result<void> some =
      SayPassedOver(session, file.passed_over(), checked->report.read, flags.council);
  if (!some) return session.Fail(some.error());
  auto connection = ConnectToWrite(session, kMaker);
  if (!connection) return session.Fail(connection.error());
  if (checked->report.held_back && !flags.options.validate_only) {
    return ShowImport(session, checked->report, source, flags);
  }
  const std::size_t records = checked->report.not_sent;
  const Result<ImportReport> report =
      Watched(session, **connection, records, [&](const ImportWatch& watch) {
        return ImportRecords(**connection, session.clock(), file, *std::move(checked),
                             flags.options, watch);
      });
  if (!report) return session.Fail(report.error());
  return ShowImport(session, *report, source, flags);
}

}  // namespace

void AddEngagementImport(Command group) {
  auto flags = std::make_shared<EngagementImportFlags>();
  Command engagements =
      group.Add("engagements",
                "gifts, hospitality, travel, devices, delegations; columns: those of --template",
                "twinledger import engagements --template travel > travel.csv\n"
                "twinledger import engagements travel.csv --validate-only\n"
                "twinledger import engagements all.csv --council wellington-city");
  engagements.Optional("file", flags->import.file, "CSV file; - for standard input");
  AddImportOptions(engagements, flags->import);
  engagements.Option("--council", flags->import.council,
                     "take the records of this council, and pass over those of others");
  engagements.Option("--template", flags->kind,
                     "print a file to fill in instead: gift, hospitality, travel, device, "
                     "delegation");
  engagements.OnRun([flags](Session& session) {
    return flags->kind.empty() ? ImportBy(session, flags->import)
                               : PrintTemplate(session, flags->kind);
  });
}

}  // namespace twinledger::client
