// A log at a path, whatever stands there: a data directory, the directory of an embedded log, or an
// export.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "platform/base/result.h"
#include "platform/log/chain.h"
#include "platform/log/embedded/embedded_log.h"

namespace twinledger::log {

struct LogPath {
  enum class Kind { kEmbedded, kExport, kTopics };
  Kind kind = Kind::kEmbedded;
  std::filesystem::path directory;  // Where the segments are; of topics their address.
};

// NOT_FOUND, reason LOG_MISSING, if there is no log.
Result<LogPath> ResolveLogPath(const std::filesystem::path& path);

// For reading. Works beside a process that writes to the log, on what is stored at this moment.
// DATA_LOSS, reason LOG_LOST, of an export that does not end where its manifest says; whether what
// it holds is sound is for VerifyLog to say.
Result<std::unique_ptr<EmbeddedLog>> OpenForReading(const LogPath& path);

// The founding of a log whose root partition is not known, looked for in all that hold anything.
// Errors as of ReadFounding.
Result<Founding> FindFounding(EmbeddedLog& log, std::optional<crypto::Hash> pin);

}  // namespace twinledger::log
