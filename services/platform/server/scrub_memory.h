// When the log of a data directory was last checked as a whole: kept beside it, so that a restart
// is no reason to read a long log from its brokers again. A pass that found damage is none: the
// server ends behind it, and the next start, whoever ordered it, checks at once.
//
//   scrubbed.txt   microseconds since 1970, one line; 0 where damage was found
#pragma once

#include <chrono>
#include <optional>

#include "platform/base/clock.h"
#include "platform/base/data_directory.h"
#include "platform/server/log_scrub.h"

namespace twinledger::server {

// The plan for a log that brokers keep, by what `data` remembers; each pass is noted there. Best
// effort: where that cannot be read, the log is taken to be checked now.
ScrubPlan RememberedScrubPlan(std::optional<std::chrono::hours> period, const DataDirectory& data,
                              WallTime now);

}  // namespace twinledger::server
