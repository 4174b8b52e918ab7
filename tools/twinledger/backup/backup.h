// A backup of a data directory and of its log, wherever that is: all that cannot be built again.
//
//   <backup>/log/         export of the log: accepted records and a signed manifest
//            keys/        writer keys, digest and token keys, KEK, pin
//            keyring/     the keys of sealed fields, wrapped by the KEK
//            identity/    the authority, its list of certificates, clients' credentials
//            backup.json  log id, founding hash, time; size and SHA-256 of every file
//
// Projections are not in it: they are rebuilt from the log. Made beside a running server; what it
// acknowledges while the backup is made may or may not be in it. A backup holds secrets: its
// folders are 0700 and its files 0600.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "platform/log/archive/accepted_records.h"
#include "platform/log/archive/verify.h"
#include "platform/log/event_log.h"
#include "platform/log/founding.h"
#include "twinledger/backup/file_hashes.h"

namespace twinledger::client {

struct BackupManifest {
  std::string log_id;
  crypto::Hash founding_hash{};
  WallTime created;
  std::uint64_t records = 0;
  std::uint64_t commits = 0;
  std::vector<HashedFile> files;
};

// The log of the data directory, as it is at the call.
struct LogToBackUp {
  std::unique_ptr<log::EventLog> log;
  log::Founding founding;
};
using OpenLogToBackUp = std::function<Result<LogToBackUp>()>;

// `backup` must be missing or empty, and is there whole or not at all. A log without the keys of
// its sealed fields is not backed up: the errors are those of keyring::Keyring::Open.
Result<BackupManifest> CreateBackup(const std::filesystem::path& data_dir,
                                    const OpenLogToBackUp& open_log,
                                    const std::filesystem::path& backup, const Clock& clock,
                                    const log::ReadProgressCallback& progress);

// DATA_LOSS, reason BACKUP_DAMAGED, naming the file that is missing, changed or not of the backup.
Result<BackupManifest> CheckBackupFiles(const std::filesystem::path& backup);

// Checks the files, opens every key of the keyring, and verifies the log; against `pin` if it is
// given. DATA_LOSS, reason BACKUP_DAMAGED, also where the keyring and its KEK are not both there.
Result<log::VerifyReport> VerifyBackup(const std::filesystem::path& backup,
                                       const std::optional<crypto::Hash>& pin,
                                       const log::ReadProgressCallback& progress);

// Into a data directory that is missing or empty, after CheckBackupFiles. The log is verified while
// it is copied.
Result<BackupManifest> RestoreBackup(const std::filesystem::path& backup,
                                     const std::filesystem::path& data_dir,
                                     const log::ReadProgressCallback& progress);

}  // namespace twinledger::client
