// Syncing, and the end of the process where it fails.
#pragma once

#include <functional>

#include "platform/log/embedded/file.h"

namespace twinledger::log {

// Says why on stderr and aborts. After a failed sync the kernel may have dropped the pages and
// called them clean, so nobody knows any more what is on the disk: a second sync that succeeds
// proves nothing. Opening reads what is really there.
[[noreturn]] void StopAfterFailedWrite(std::string_view verb, const std::filesystem::path& path,
                                       int error_number);

// Returns only when the file's content is durable.
void SyncOrStop(const File& file, const std::function<int(int)>& sync);

}  // namespace twinledger::log
