#include <fmt/format.h>

#include <memory>
#include <string>

#include "platform/base/data_directory.h"
#include "platform/log/archive/export_log.h"
#include "platform/server/key_files.h"
#include "twinledger/command/connect.h"
#include "twinledger/command/log/commands.h"
#include "twinledger/command/log/record_progress.h"
#include "twinledger/command/log/stream_export.h"

namespace twinledger::client {
namespace {

// Signs with the keys that the directory has; an export without signatures says so by itself.
std::map<std::string, crypto::SigningKey> KeysOf(const DataDirectory& data,
                                                 const log::v1::Founding& founding) {
  const std::vector<std::string> streams(founding.streams().begin(), founding.streams().end());
  Result<server::Keys> keys = server::LoadKeys(data, streams);
  if (!keys) return {};
  return std::move(keys->writers);
}

Result<log::ExportReport> ExportFromLog(Session& session, const std::string& log,
                                        const std::filesystem::path& out) {
  TL_TRY(const OpenedForReading opened, OpenLogOf(session, log));
  const auto keys = KeysOf(DataDirectory(session.data_dir()), opened.founding.root);
  RecordProgress progress(session, "export");
  return log::ExportLog(*opened.log, opened.founding, out, keys, session.clock(),
                        progress.Callback());
}

ExitCode Export(Session& session, const std::string& log, const std::string& out) {
  Result<log::ExportReport> report =
      AsksServer(session, log) ? ExportFromServer(session, out) : ExportFromLog(session, log, out);
  if (!report) return session.Fail(report.error());
  Printer printer = session.Print({.kind = "export",
                                   .columns = {{"directory", "directory"},
                                               {"log_id", "log id"},
                                               {"founding_hash", "founding hash"},
                                               {"records", "records"},
                                               {"commits", "commits"},
                                               {"voids_left_out", "voids left out"},
                                               {"signatures", "signatures"}},
                                   .single = true});
  crypto::Hash founding{};
  crypto::HashFromBytes(report->manifest.founding_hash(), founding);
  printer.Row({{"directory", out},
               {"log_id", report->manifest.log_id()},
               {"founding_hash", crypto::Hex(founding)},
               {"records", report->records},
               {"commits", report->commits},
               {"voids_left_out", report->voids},
               {"signatures", report->signatures}});
  printer.Finish();
  if (report->signatures == 0) {
    session.Note(
        "the manifest is not signed: no writer key could be read; verification will say so");
  }
  return ExitCode::kDone;
}

}  // namespace

void AddLogExport(Command group) {
  auto out = std::make_shared<std::string>();
  auto log = std::make_shared<std::string>();
  Command command = group.Add("export", "copies the accepted records to a folder, byte for byte",
                              "twinledger log export out-2026-11-26 --data-dir data\n"
                              "twinledger log export out-2026-11-26 --server ledger.example:7443\n"
                              "twinledger log export out-2026-11-26 --data-dir data --log "
                              "kafka://k1:9092/twinledger");
  command.Required("out", *out, "folder to make; it must not exist, or be empty");
  command.Option("--log", *log, kLogFlagHelp);
  command.OnRun([log, out](Session& session) { return Export(session, *log, *out); });
}

}  // namespace twinledger::client
