#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>

#include "platform/base/data_directory.h"
#include "platform/base/private_file.h"
#include "platform/log/archive/import_log.h"
#include "platform/log/archive/log_path.h"
#include "platform/log/embedded/embedded_log.h"
#include "platform/server/key_files.h"
#include "twinledger/command/log/commands.h"
#include "twinledger/command/log/record_progress.h"
#include "twinledger/command/log/verification.h"

namespace twinledger::client {
namespace {

struct LogImportFlags {
  std::string from;
  std::string founding_hash;
};

Result<std::unique_ptr<log::EmbeddedLog>> OpenTarget(const DataDirectory& data) {
  TL_TRY_VOID(MakePrivateFolder(data.root()));
  if (!log::ResolveLogPath(data.log()).ok()) TL_TRY_VOID(log::EmbeddedLog::Create(data.log()));
  return log::EmbeddedLog::Open(data.log());
}

Result<log::ImportReport> CopyExport(Session& session, const LogImportFlags& flags) {
  TL_TRY(const std::optional<crypto::Hash> pin, ParsePin(flags.founding_hash));
  const DataDirectory data(session.data_dir());
  TL_TRY(const auto target, OpenTarget(data));
  RecordProgress progress(session, "import");
  TL_TRY(log::ImportReport report, log::ImportLog(flags.from, *target, pin, progress.Callback()));
  TL_TRY(const std::optional<crypto::Hash> pinned, server::LoadPin(data));
  if (!pinned) TL_TRY_VOID(server::StorePin(data, report.founding.root_hash));
  return report;
}

ExitCode ImportExport(Session& session, const LogImportFlags& flags) {
  const Result<log::ImportReport> report = CopyExport(session, flags);
  if (!report) return session.Fail(report.error());
  Printer printer = session.Print({.kind = "import",
                                   .columns = {{"data_dir", "data directory"},
                                               {"log_id", "log id"},
                                               {"founding_hash", "founding hash"},
                                               {"records", "records"},
                                               {"existing", "there before"}},
                                   .single = true});
  printer.Row({{"data_dir", session.data_dir().string()},
               {"log_id", report->founding.root.log_id()},
               {"founding_hash", crypto::Hex(report->founding.root_hash)},
               {"records", report->records},
               {"existing", report->existing}});
  printer.Finish();
  session.Note(
      "to write to this log, its writer keys are needed too: copy keys/ from a backup of "
      "the source, and never let both copies run");
  return ExitCode::kDone;
}

}  // namespace

void AddLogImport(Command group) {
  auto flags = std::make_shared<LogImportFlags>();
  Command command =
      group.Add("import", "copies an export into a data directory that holds no other log",
                "twinledger log import out-2026-11-26 --data-dir data-new --founding-hash HASH");
  command.Required("from", flags->from, "folder of the export; it is verified first");
  command.Option("--founding-hash", flags->founding_hash, "name of the log that is expected");
  command.OnRunHere([flags](Session& session) { return ImportExport(session, *flags); });
}

}  // namespace twinledger::client
