#include "twinledger/backup/backup.h"

#include <fmt/format.h>

#include <memory>
#include <string>

#include "platform/base/data_directory.h"
#include "platform/server/key_files.h"
#include "platform/server/log_place.h"
#include "platform/server/open_log.h"
#include "twinledger/command/log/commands.h"
#include "twinledger/command/log/record_progress.h"
#include "twinledger/command/log/verification.h"
#include "twinledger/command/operate/commands.h"

namespace twinledger::client {
namespace {

constexpr const char* kRecoveryKey = "keys/recovery.pem";

struct BackupFlags {
  std::string folder;
  std::string log;
  std::string founding_hash;
};

Json ManifestJson(const BackupManifest& manifest, const std::string& folder) {
  return {{"folder", folder},
          {"log_id", manifest.log_id},
          {"founding_hash", crypto::Hex(manifest.founding_hash)},
          {"created", TimeForPrograms(manifest.created)},
          {"records", manifest.records},
          {"commits", manifest.commits},
          {"files", manifest.files.size()}};
}

void PrintManifest(Session& session, const BackupManifest& manifest, const std::string& folder) {
  Printer printer = session.Print({.kind = "backup",
                                   .columns = {{"folder", "folder"},
                                               {"log_id", "log id"},
                                               {"founding_hash", "founding hash"},
                                               {"created", "created", Column::Kind::kTime},
                                               {"records", "records"},
                                               {"commits", "commits"},
                                               {"files", "files"}},
                                   .single = true});
  printer.Row(ManifestJson(manifest, folder));
  printer.Finish();
}

// Never one that the directory has no part in: its keys would be of another log.
Result<LogToBackUp> OpenLogOfDirectory(const Session& session, const std::string& log) {
  const DataDirectory data(session.data_dir());
  TL_TRY(const std::optional<log::KafkaAddress> kafka, ParseLogFlag(log));
  TL_TRY_VOID(server::CheckLogPlace(data, kafka));
  TL_TRY(OpenedForReading opened, OpenLogOf(session, log));
  TL_TRY(const std::optional<crypto::Hash> pin, server::LoadPin(data));
  if (kafka && pin) {
    TL_TRY(opened.founding,
           log::ReadFounding(*opened.log, {server::FoundingStreams().front(), 0}, pin));
  }
  return LogToBackUp{std::move(opened.log), std::move(opened.founding)};
}

ExitCode CreateIt(Session& session, const BackupFlags& flags) {
  const Result<BackupManifest> manifest = [&] {
    RecordProgress progress(session, "backup");
    return CreateBackup(
        session.data_dir(), [&] { return OpenLogOfDirectory(session, flags.log); }, flags.folder,
        session.clock(), progress.Callback());
  }();
  if (!manifest) return session.Fail(manifest.error());
  PrintManifest(session, *manifest, flags.folder);
  session.Note("it holds the writer keys and the authority's key: keep it as you keep those");
  const std::filesystem::path recovery = std::filesystem::path(flags.folder) / kRecoveryKey;
  std::error_code absent;
  if (std::filesystem::exists(recovery, absent)) {
    session.Note(fmt::format(
        "it holds the recovery key too, {0}, which alone can vouch for new writer keys: move "
        "{1} offline, then delete this backup and make another; until then whoever has it can "
        "write in this log's name",
        recovery.string(), (session.data_dir() / kRecoveryKey).string()));
  }
  return ExitCode::kDone;
}

ExitCode RestoreIt(Session& session, const BackupFlags& flags) {
  const Result<BackupManifest> manifest = [&] {
    RecordProgress progress(session, "restore");
    return RestoreBackup(flags.folder, session.data_dir(), progress.Callback());
  }();
  if (!manifest) return session.Fail(manifest.error());
  PrintManifest(session, *manifest, session.data_dir().string());
  session.Note(
      "commits that were acknowledged after the backup are not in it; never let the "
      "source and this copy both run");
  return ExitCode::kDone;
}

ExitCode VerifyIt(Session& session, const BackupFlags& flags) {
  const Result<std::optional<crypto::Hash>> pin = ParsePin(flags.founding_hash);
  if (!pin) return session.Fail(pin.error());
  const Result<log::VerifyReport> report = [&] {
    RecordProgress progress(session, "verify");
    return VerifyBackup(flags.folder, *pin, progress.Callback());
  }();
  if (!report) return session.Fail(report.error());
  return PrintVerification(session, *report, *pin);
}

}  // namespace

void AddBackup(Command root) {
  Command group = root.Group("backup", "log, keys and certificates together",
                             "twinledger backup create backup-2026-11-26 --data-dir data\n"
                             "twinledger backup verify backup-2026-11-26 --founding-hash HASH\n"
                             "twinledger backup restore backup-2026-11-26 --data-dir data-new");
  auto flags = std::make_shared<BackupFlags>();
  Command create = group.Add("create", "backs a data directory up, also beside a running server",
                             "twinledger backup create backup-2026-11-26 --data-dir data\n"
                             "twinledger backup create backup-2026-11-26 --data-dir data --log "
                             "kafka://k1:9092/twinledger");
  create.Required("folder", flags->folder, "folder to make; it must not exist, or be empty");
  create.Option("--log", flags->log, kLogFlagHelp);
  create.OnRunHere([flags](Session& session) { return CreateIt(session, *flags); });

  Command restore = group.Add("restore", "makes a data directory of a backup",
                              "twinledger backup restore backup-2026-11-26 --data-dir data-new");
  restore.Required("folder", flags->folder, "folder of the backup");
  restore.OnRunHere([flags](Session& session) { return RestoreIt(session, *flags); });

  Command verify = group.Add(
      "verify", "checks every file and the log: valid (exit 0), damaged (4), indeterminate (6)",
      "twinledger backup verify backup-2026-11-26 --founding-hash HASH");
  verify.Required("folder", flags->folder, "folder of the backup");
  verify.Option("--founding-hash", flags->founding_hash,
                "name of the log, as you have it from its founding; without it nothing is valid");
  verify.OnRunHere([flags](Session& session) { return VerifyIt(session, *flags); });
}

}  // namespace twinledger::client
