// What an attempt may be told that is no outcome: it says nothing of the request, and whoever
// repeated the request goes on repeating it with the same id (rule 6).
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "platform/base/result.h"
#include "platform/log/partition.h"
#include "platform/writer/command.h"

namespace twinledger::writer {

using RetryHint = std::chrono::milliseconds;

// May have happened or not: deadline passed, append ambiguous, program ending.
Error Repeat(const std::string& request_id, const std::string& why, RetryHint hint);
Error QueueFull(const log::PartitionId& partition, std::size_t commands_max, RetryHint hint);
Error AfterUnknown(const Command& command, RetryHint hint);
Error NotAWriter(const log::PartitionId& partition, const std::string& key_id, RetryHint hint);
Error LogClosed(const log::PartitionId& partition);
Error ClockRefused(const std::string& why, RetryHint hint);
Error TooLarge(const Command& command, std::size_t bytes, std::size_t bytes_max);
Error EntityParked(const Command& command, log::Sequence sequence);
Error Unapplicable(const Command& command, const std::string& why);
Error RequestIdMissing();

// `cause` is what the log said of an append that certainly did not happen.
Error NotAppended(const Error& cause, RetryHint hint);
// `cause` is why the rows of what is in the log are not stored.
Error NotStored(const Error& cause, RetryHint hint);

// Said from an accepted commit only (rule 9).
Error RequestIdReused(const std::string& request_id, const log::PartitionId& partition,
                      log::Sequence sequence);

// Signs of damage that the writer itself sees (rule 24).
Error ReportContradictsView(const log::PartitionId& partition, log::Offset reported,
                            log::Offset next);
Error TailBehindView(const log::PartitionId& partition, log::Offset tail, log::Offset next);

}  // namespace twinledger::writer
