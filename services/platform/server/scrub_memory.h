// When the log of a data directory was last checked as a whole: kept beside it, so that a restart
// is no reason to read a long log from its brokers again.
//
//   scrubbed.txt   microseconds since 1970, one line
#pragma once

#include <optional>

#include "platform/base/clock.h"
#include "platform/base/data_directory.h"

namespace twinledger::server {

// Nothing if it is not known: it was never checked, or the file is not as we write it.
std::optional<WallTime> LoadScrubbed(const DataDirectory& data);

// Best effort: without it the next check comes too early.
void StoreScrubbed(const DataDirectory& data, WallTime when);

}  // namespace twinledger::server
