#include "twinledger/backup/backup.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "platform/base/data_directory.h"
#include "platform/base/private_file.h"
#include "platform/base/whole_file.h"
#include "platform/crypto/system_random.h"
#include "platform/identity/issued_certificates.h"
#include "platform/identity/revocation_list.h"
#include "platform/keyring/keyring.h"
#include "platform/log/archive/export_log.h"
#include "platform/log/archive/import_log.h"
#include "platform/log/embedded/embedded_log.h"
#include "platform/log/embedded/file.h"
#include "platform/server/key_files.h"
#include "platform/server/lost_keys.h"
#include "twinledger/backup/manifest_file.h"

namespace twinledger::client {
namespace {

namespace fs = std::filesystem;

// Beside the log, which is exported.
constexpr const char* kCopiedFolders[] = {"keys", "identity"};

Error Damaged(const fs::path& file, std::string_view what) {
  return Error{
      .code = Code::kDataLoss,
      .message = fmt::format("the backup is damaged: {} {}; use another one", file.string(), what),
      .reason = "BACKUP_DAMAGED",
      .metadata = {{"file", file.string()}}};
}

Error DamagedBackup(const fs::path& file, const Error& why) {
  Error error = Damaged(file, "does not open");
  error.message += ": " + why.message;
  return error;
}

Result<void> NeedsEmpty(const fs::path& folder, std::string_view what) {
  std::error_code error;
  if (!fs::exists(folder, error) || fs::is_empty(folder, error)) return {};
  return Error{.code = Code::kAlreadyExists,
               .message = fmt::format("{} is not empty: name a new folder for the {}",
                                      folder.string(), what),
               .reason = "FOLDER_NOT_EMPTY",
               .metadata = {{"folder", folder.string()}}};
}

Result<void> CopyFiles(const fs::path& from, const fs::path& to) {
  TL_TRY(const std::vector<std::string> files, FilesBelow(from, Drafts::kPassedOver));
  TL_TRY_VOID(MakePrivateFolder(to));
  for (const std::string& file : files) {
    TL_TRY(const std::string bytes, ReadWholeFile(from / file));
    TL_TRY_VOID(MakePrivateFolder((to / file).parent_path()));
    TL_TRY_VOID(WritePrivateFile(to / file, bytes));
  }
  return {};
}

// A backup that lacks revocations would let in again whom they shut out.
Result<void> CheckIdentity(const fs::path& folder) {
  TL_TRY(const identity::IssuedRegister issued, identity::ReadIssued(folder));
  const auto revoked = identity::ReadRevoked(folder, issued);
  return revoked ? Result<void>() : revoked.error();
}

// Whether the keyring in a folder opens with the KEK beside it, key by key. A log of an older
// program has neither.
Result<void> CheckKeyring(const DataDirectory& data, const std::string& log_id) {
  if (!keyring::HasKeyring(data)) return {};
  crypto::SystemRandom random;
  TL_TRY(const auto keyring, keyring::Keyring::Open(data, log_id, random));
  return keyring->CheckAll();
}

// Of a log in one folder all keys are in its keyring; of one on Kafka, where replicas have keyrings
// of their own, the others' may be missing.
Result<server::LostKeys> CountLostKeys(const fs::path& backup, const BackupManifest& manifest,
                                       const log::ReadProgressCallback& progress) {
  const DataDirectory data(backup);
  if (!keyring::HasKeyring(data)) return server::LostKeys{};
  crypto::SystemRandom random;
  TL_TRY(const auto keyring, keyring::Keyring::Open(data, manifest.log_id, random));
  TL_TRY(const log::LogPath path, log::ResolveLogPath(backup / "log"));
  TL_TRY(const auto log, log::OpenForReading(path));
  TL_TRY(const log::Founding founding, log::FindFounding(*log, manifest.founding_hash));
  server::LostKeysCount count(*keyring);
  const auto look = [&count](const log::PartitionId& partition, const log::ReadRecord& /*record*/,
                             const log::AcceptedRecord& accepted) -> Result<void> {
    for (const log::AcceptedCommit& each : accepted.commits) {
      TL_TRY_VOID(count.Look(partition, each.commit));
    }
    return {};
  };
  TL_TRY_VOID(log::ReadAccepted(*log, founding, look, progress));
  return count.found();
}

// To a backup or from one. After the log: a key is made before what it seals is recorded, so all
// that the copied log needs are there.
Result<void> BringKeyring(const DataDirectory& from, const DataDirectory& to,
                          const std::string& log_id) {
  if (keyring::HasKeyring(from)) TL_TRY_VOID(keyring::CopyKeyring(from, to));
  return CheckKeyring(to, log_id);
}

Result<BackupManifest> FillBackup(const DataDirectory& data, const OpenLogToBackUp& open_log,
                                  const fs::path& folder, const Clock& clock,
                                  const log::ReadProgressCallback& progress) {
  TL_TRY_VOID(CheckIdentity(data.identity()));
  // Keys first: a key that joins while the log is copied is missed, and not used by what is copied.
  for (const char* name : kCopiedFolders) {
    TL_TRY_VOID(CopyFiles(data.root() / name, folder / name));
  }
  TL_TRY(const LogToBackUp source, open_log());
  const log::Founding& founding = source.founding;
  const std::vector<std::string> streams(founding.root.streams().begin(),
                                         founding.root.streams().end());
  TL_TRY(const server::Keys keys, server::LoadKeys(data, streams));
  TL_TRY(const log::ExportReport report,
         log::ExportLog(*source.log, founding, folder / "log", keys.writers, clock, progress));
  TL_TRY_VOID(BringKeyring(data, DataDirectory(folder), founding.root.log_id()));
  BackupManifest manifest{.log_id = founding.root.log_id(),
                          .founding_hash = founding.root_hash,
                          .created = clock.Now(),
                          .records = report.records,
                          .commits = report.commits,
                          .files = {}};
  TL_TRY(const std::vector<std::string> files, FilesBelow(folder));
  for (const std::string& file : files) {
    TL_TRY(HashedFile hashed, HashFile(folder, file));
    manifest.files.push_back(std::move(hashed));
  }
  TL_TRY_VOID(WriteBackupManifest(folder, manifest));
  return manifest;
}

// Works in a folder of its own beside `whole`, and renames it when all is there.
template <class Fill>
auto WholeOrNothing(const fs::path& whole, const Fill& fill) -> decltype(fill(whole)) {
  if (whole.has_parent_path()) TL_TRY_VOID(MakePrivateFolder(whole.parent_path()));
  log::NewDirectory folder(whole);
  TL_TRY_VOID(folder.Make());
  auto filled = fill(folder.made());
  Result<void> placed;
  if (filled.ok()) placed = folder.Place();
  if (filled.ok() && placed.ok()) return filled;
  std::error_code ignored;  // Keys are in it.
  fs::remove_all(folder.made(), ignored);
  if (!placed) return std::move(placed).error();
  return filled;
}

}  // namespace

Result<BackupManifest> CreateBackup(const fs::path& data_dir, const OpenLogToBackUp& open_log,
                                    const fs::path& backup, const Clock& clock,
                                    const log::ReadProgressCallback& progress) {
  TL_TRY_VOID(NeedsEmpty(backup, "backup"));
  return WholeOrNothing(backup, [&](const fs::path& folder) {
    return FillBackup(DataDirectory(data_dir), open_log, folder, clock, progress);
  });
}

Result<BackupManifest> CheckBackupFiles(const fs::path& backup) {
  TL_TRY(BackupManifest manifest, ReadBackupManifest(backup));
  TL_TRY(std::vector<std::string> there, FilesBelow(backup));
  std::erase(there, kBackupManifestName);
  for (const HashedFile& expected : manifest.files) {
    const auto found = std::ranges::find(there, expected.path);
    if (found == there.end()) return Damaged(backup / expected.path, "is missing");
    there.erase(found);
    TL_TRY(const HashedFile actual, HashFile(backup, expected.path));
    if (actual != expected) return Damaged(backup / expected.path, "is not as it was written");
  }
  if (!there.empty()) return Damaged(backup / there.front(), "is not of the backup");
  return manifest;
}

Result<log::VerifyReport> VerifyBackup(const fs::path& backup,
                                       const std::optional<crypto::Hash>& pin,
                                       const log::ReadProgressCallback& progress) {
  TL_TRY(const BackupManifest manifest, CheckBackupFiles(backup));
  if (pin && *pin != manifest.founding_hash) {
    return Error{.code = Code::kDataLoss,
                 .message = fmt::format("this backup's founding hash is {}, you pinned {}: it is "
                                        "a backup of another log, or the hash is mistyped",
                                        crypto::Hex(manifest.founding_hash), crypto::Hex(*pin)),
                 .reason = "OTHER_FOUNDING"};
  }
  const Result<void> keyring = CheckKeyring(DataDirectory(backup), manifest.log_id);
  if (!keyring) return DamagedBackup(backup / "keyring", keyring.error());
  log::VerifyOptions options{.founding_hash = pin, .witnesses = {}, .progress = progress};
  TL_TRY(log::VerifyReport report, log::VerifyLog(backup / "log", options));
  if (report.verdict == log::VerifyReport::Verdict::kInvalid) return report;
  TL_TRY(const server::LostKeys lost, CountLostKeys(backup, manifest, progress));
  if (lost.fields == 0) return report;
  report.missing.push_back(
      fmt::format("{} sealed fields, the first {}: their keys are not in the backup, and nobody "
                  "can read them with it; a younger copy of keyring/, or that of another replica, "
                  "may have them",
                  lost.fields, lost.first));
  report.verdict = log::VerifyReport::Verdict::kIndeterminate;
  return report;
}

Result<BackupManifest> RestoreBackup(const fs::path& backup, const fs::path& data_dir,
                                     const log::ReadProgressCallback& progress) {
  TL_TRY_VOID(NeedsEmpty(data_dir, "data directory"));
  TL_TRY(const BackupManifest manifest, CheckBackupFiles(backup));
  return WholeOrNothing(data_dir, [&](const fs::path& folder) -> Result<BackupManifest> {
    const DataDirectory data(folder);
    TL_TRY_VOID(log::EmbeddedLog::Create(data.log()));
    {
      TL_TRY(const auto target, log::EmbeddedLog::Open(data.log()));
      const auto copied = log::ImportLog(backup / "log", *target, manifest.founding_hash, progress);
      if (!copied) return copied.error();
    }
    for (const char* name : kCopiedFolders) {
      TL_TRY_VOID(CopyFiles(backup / name, folder / name));
    }
    const Result<void> keys = BringKeyring(DataDirectory(backup), data, manifest.log_id);
    if (!keys) return keys.error();
    return manifest;
  });
}

}  // namespace twinledger::client
