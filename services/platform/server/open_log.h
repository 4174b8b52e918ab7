// The log of a data directory: founded where nothing is, opened where one is, and never made anew
// where one was.
//
//   nothing there             -> founding.draft, keys, log, foundings, pin; the draft goes last
//   founding.draft            -> a founding that was cut short: completed
//   log                       -> opened, and held against the pin
//   keys or projections only  -> refused: a log was here
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/data_directory.h"
#include "platform/base/random.h"
#include "platform/base/result.h"
#include "platform/crypto/hash.h"
#include "platform/log/chain.h"
#include "platform/log/embedded/options.h"
#include "platform/log/event_log.h"
#include "platform/server/key_files.h"

namespace twinledger::server {

// The streams that a new log has. The first one holds the root founding.
const std::vector<std::string>& FoundingStreams();

struct OpenLogOptions {
  std::optional<crypto::Hash> pin = std::nullopt;  // Beside the one in keys/.
  log::EmbeddedOptions embedded = {};
};

struct OpenedLog {
  std::unique_ptr<log::EventLog> log;
  log::Founding founding;
  Keys keys;
  bool founded = false;  // By this call.
  std::string torn;      // What a crash left behind the last whole record, for people; else empty.
};

// Founds the log of a data directory that holds none. ALREADY_EXISTS, reason LOG_EXISTS;
// FAILED_PRECONDITION, reason LOG_MISSING, where one was.
Result<OpenedLog> FoundDataDirectory(const DataDirectory& data, const OpenLogOptions& options,
                                     const Clock& clock, RandomSource& random);

// Opens it, founding it first where nothing is. DATA_LOSS with file and position where it is
// damaged; FAILED_PRECONDITION: LOG_MISSING, OTHER_FOUNDING, or as LoadKeys.
Result<OpenedLog> OpenDataDirectory(const DataDirectory& data, const OpenLogOptions& options,
                                    const Clock& clock, RandomSource& random);

}  // namespace twinledger::server
