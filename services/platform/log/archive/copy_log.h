// Copies the accepted records of a log, byte for byte, into one that holds nothing, or the
// beginning of the same log.
#pragma once

#include "platform/log/archive/accepted_records.h"

namespace twinledger::log {

struct CopyReport {
  std::uint64_t records = 0;   // Of the source.
  std::uint64_t existing = 0;  // That stood in the target before: an interrupted copy goes on.
};

enum class Closing { kCopied, kLeftOut };  // The commits that end a log which moves.

// `source` is a log of segment files: its offsets count its accepted records. FAILED_PRECONDITION,
// reason TARGET_NOT_EMPTY, if the target holds anything else. Where others can write to the target
// it is read back; ABORTED, reason COPY_DISTURBED, if one did.
Result<CopyReport> CopyLog(EventLog& source, const Founding& founding, EventLog& target,
                           Closing closing, const ReadProgressCallback& progress = {});

}  // namespace twinledger::log
