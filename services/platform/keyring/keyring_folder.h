// The folder of a keyring: which epoch is in force, and its file. Whoever reads or appends holds
// LockKeyring meanwhile.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "platform/base/data_directory.h"
#include "platform/base/locked_file.h"
#include "platform/base/result.h"

namespace twinledger::keyring {

std::filesystem::path EpochFile(const DataDirectory& data, std::uint32_t epoch);

// Waits for others; the lock ends with what is returned. Null for a shared lock where nobody ever
// took an exclusive one: reading leaves no trace, in a backup for one. Reason FILE_ERROR, and
// KEYRING_MISSING without the folder.
Result<std::unique_ptr<OpenFile>> LockKeyring(const DataDirectory& data, FileLock lock);

// The highest epoch that has a file; 0 if none has.
Result<std::uint32_t> CurrentEpoch(const DataDirectory& data);

Error KeyringMissing(const DataDirectory& data);

// What stands in the file from `offset` on. DATA_LOSS, reason KEYRING_DAMAGED, if the file is
// shorter than that; FAILED_PRECONDITION, reason KEYRING_EXPOSED, if others may read it.
Result<std::string> ReadKeyringFile(const std::filesystem::path& path, std::uint64_t offset);

}  // namespace twinledger::keyring
