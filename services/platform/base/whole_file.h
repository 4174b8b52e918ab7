// A file as one text.
#pragma once

#include <filesystem>
#include <string>

#include "platform/base/result.h"

namespace twinledger {

// All bytes of `path`, or why not: NOT_FOUND, reason FILE_MISSING; UNAVAILABLE, reason
// FILE_UNREADABLE, also for a folder and for a disk that fails in the middle.
Result<std::string> ReadWholeFile(const std::filesystem::path& path);

}  // namespace twinledger
