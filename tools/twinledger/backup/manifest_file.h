// backup.json: what a backup says of itself.
//
//   {"schema_version": 1, "log_id", "founding_hash", "created", "records", "commits",
//    "files": [{"path", "bytes", "sha256"}]}
#pragma once

#include <filesystem>

#include "platform/base/result.h"
#include "twinledger/backup/backup.h"

namespace twinledger::client {

inline constexpr const char* kBackupManifestName = "backup.json";

Result<void> WriteBackupManifest(const std::filesystem::path& backup,
                                 const BackupManifest& manifest);

// NOT_FOUND, reason BACKUP_MISSING; DATA_LOSS, reason BACKUP_DAMAGED.
Result<BackupManifest> ReadBackupManifest(const std::filesystem::path& backup);

}  // namespace twinledger::client
