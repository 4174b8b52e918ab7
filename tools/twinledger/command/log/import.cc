#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>

#include "platform/base/data_directory.h"
#include "platform/log/archive/import_log.h"
#include "platform/server/key_files.h"
#include "platform/server/log_place.h"
#include "twinledger/command/log/commands.h"
#include "twinledger/command/log/record_progress.h"
#include "twinledger/command/log/verification.h"

namespace twinledger::client {
namespace {

struct LogImportFlags {
  std::string from;
  std::string founding_hash;
  std::string log;
};

Result<log::v1::Founding> RootOf(const std::string& folder) {
  TL_TRY(const OpenedForReading opened, OpenLogForReading(folder));
  return opened.founding.root;
}

Result<log::ImportReport> CopyExport(Session& session, const LogImportFlags& flags) {
  TL_TRY(std::optional<crypto::Hash> pin, ParsePin(flags.founding_hash));
  TL_TRY(const std::optional<log::KafkaAddress> kafka, ParseLogFlag(flags.log));
  const DataDirectory data(session.data_dir());
  TL_TRY(const std::optional<crypto::Hash> pinned, server::LoadPin(data));
  if (!pin) pin = pinned;
  if (kafka) TL_TRY_VOID(server::CheckNoEmbeddedLog(data, *kafka));
  TL_TRY(const log::v1::Founding root, RootOf(flags.from));
  TL_TRY(const auto target, OpenTarget(data, kafka, root));
  RecordProgress progress(session, "import");
  TL_TRY(log::ImportReport report, log::ImportLog(flags.from, *target, pin, progress.Callback()));
  TL_TRY_VOID(server::StorePin(data, report.founding.root_hash));
  if (!kafka) return report;
  // Where the records stand now is not where projections remember them.
  std::error_code ignored;
  std::filesystem::remove_all(data.projections(), ignored);
  TL_TRY_VOID(server::StoreTopicPrefix(data, kafka->prefix));
  return report;
}

// What a directory lacks to be written to, for people.
std::string KeysNote(const DataDirectory& data, const log::v1::Founding& root) {
  const auto keys = server::LoadKeys(data, {root.streams().begin(), root.streams().end()});
  bool founders = keys.ok();
  for (const log::v1::WriterKey& writer : root.writer_keys()) {
    founders =
        founders && keys->writers.at(writer.stream()).public_key().value() == writer.key().value();
  }
  if (founders) return "keys/ has the writer keys of this log: never let two copies of it run";
  if (keys.ok()) {
    return "keys/ has other writer keys than those the log was founded with: unless they were "
           "enrolled since, copy keys/ and keyring/ from a backup of the source, and never let "
           "both "
           "copies run";
  }
  return "to write to this log, its writer keys are needed too: copy keys/ and keyring/ from a "
         "backup of the source, and never let both copies run";
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
  SayNotChecked(session, report->not_checked);
  session.Note(KeysNote(DataDirectory(session.data_dir()), report->founding.root));
  return ExitCode::kDone;
}

}  // namespace

void AddLogImport(Command group) {
  auto flags = std::make_shared<LogImportFlags>();
  Command command = group.Add(
      "import", "copies an export into a data directory, or to Kafka, where there is no other log",
      "twinledger log import out-2026-11-26 --data-dir data-new --founding-hash HASH\n"
      "twinledger log import out-2026-11-26 --data-dir data-new --log kafka://k1:9092/twinledger");
  command.Required("from", flags->from, "folder of the export; it is verified first");
  command.Option("--founding-hash", flags->founding_hash, "name of the log that is expected");
  command.Option("--log", flags->log, kLogFlagHelp);
  command.OnRunHere([flags](Session& session) { return ImportExport(session, *flags); });
}

}  // namespace twinledger::client
