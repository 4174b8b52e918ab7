// Files that only their owner may read: keys, pins, certificates' secrets.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "platform/base/result.h"

namespace twinledger {

// Makes `path` and what is missing above it, each new folder with mode 0700.
Result<void> MakePrivateFolder(const std::filesystem::path& path);

// Writes a file that is not there yet, with mode 0600, synced with its folder: after a crash it is
// there whole or not at all. ALREADY_EXISTS, reason FILE_EXISTS, otherwise.
Result<void> WritePrivateFile(const std::filesystem::path& path, std::string_view contents);

// NOT_FOUND, reason FILE_MISSING; FAILED_PRECONDITION, reason FILE_EXPOSED, if others may read or
// write it; FILE_TOO_LARGE, with more than 64 KiB, which no key has.
Result<std::string> ReadPrivateFile(const std::filesystem::path& path);

// Whether there was such a file, which is gone, also after a crash.
Result<bool> RemovePrivateFile(const std::filesystem::path& path);

}  // namespace twinledger
