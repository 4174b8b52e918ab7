#include "platform/writer/attempt_errors.h"

#include <fmt/core.h>

#include <utility>

#include "platform/crypto/hash.h"

namespace twinledger::writer {
namespace {

Error Damaged(const log::PartitionId& partition, const std::string& sign, const std::string& what) {
  const std::string place = log::ToString(partition);
  return {.code = Code::kDataLoss,
          .message = fmt::format("The log is damaged: {}: {}. Nothing is read or written here any "
                                 "more until an operator decides; compare with a replica or a "
                                 "backup first.",
                                 place, what),
          .reason = "LOG_DAMAGED",
          .metadata = {{"partition", place}, {"sign", sign}, {"damage", what}}};
}

}  // namespace

Error Repeat(const std::string& request_id, const std::string& why, RetryHint hint) {
  return {.code = Code::kUnavailable,
          .message = fmt::format("{}; it is open what became of request {}. Repeat it with the "
                                 "same request_id: it takes effect once at most.",
                                 why, request_id),
          .reason = "REPEAT",
          .metadata = {{"request_id", request_id}},
          .retry_after = hint};
}

Error QueueFull(const log::PartitionId& partition, std::size_t commands_max, RetryHint hint) {
  return {.code = Code::kResourceExhausted,
          .message = fmt::format("{} commands wait for partition {} already. Repeat in {} ms.",
                                 commands_max, log::ToString(partition), hint.count()),
          .reason = "QUEUE_FULL",
          .metadata = {{"partition", log::ToString(partition)},
                       {"commands_max", std::to_string(commands_max)}},
          .retry_after = hint};
}

Error AfterUnknown(const Command& command, RetryHint hint) {
  return {.code = Code::kUnavailable,
          .message = fmt::format("Request {} is to come after {}, which is not known here. Repeat "
                                 "from {} on, in order.",
                                 command.request_id, command.after, command.after),
          .reason = "AFTER_UNKNOWN",
          .metadata = {{"request_id", command.request_id}, {"after", command.after}},
          .retry_after = hint};
}

Error NotAWriter(const log::PartitionId& partition, const std::string& key_id, RetryHint hint) {
  const std::string key = crypto::Hex(key_id);
  return {.code = Code::kUnavailable,
          .message = fmt::format("Key {} of this server may not write to partition {}: nothing was "
                                 "recorded. Ask another server, or have its operator restore "
                                 "the log's own writer key.",
                                 key, log::ToString(partition)),
          .reason = "NOT_A_WRITER",
          .metadata = {{"partition", log::ToString(partition)}, {"key_id", key}},
          .retry_after = hint};
}

Error LogClosed(const log::PartitionId& partition) {
  return {.code = Code::kFailedPrecondition,
          .message = fmt::format("Partition {} is closed: its log has moved. Ask the server of the "
                                 "log that goes on.",
                                 log::ToString(partition)),
          .reason = "LOG_CLOSED",
          .metadata = {{"partition", log::ToString(partition)}}};
}

Error ClockRefused(const std::string& why, RetryHint hint) {
  return {.code = Code::kUnavailable,
          .message = fmt::format("{}, so nothing is recorded. Set the server's clock right (time "
                                 "synchronisation), then restart it.",
                                 why),
          .reason = "CLOCK",
          .metadata = {{"why", why}},
          .retry_after = hint};
}

Error TooLarge(const Command& command, std::size_t bytes, std::size_t bytes_max) {
  return {.code = Code::kInvalidArgument,
          .message = fmt::format("Request {} would be recorded in {} bytes, and {} are the most. "
                                 "Shorten its texts or send it in parts.",
                                 command.request_id, bytes, bytes_max),
          .reason = "TOO_LARGE",
          .metadata = {{"request_id", command.request_id},
                       {"bytes", std::to_string(bytes)},
                       {"bytes_max", std::to_string(bytes_max)}}};
}

Error EntityParked(const Command& command, log::Sequence sequence) {
  return {.code = Code::kFailedPrecondition,
          .message = fmt::format("What this program holds of {} {} ends before commit {}, which it "
                                 "cannot apply. Upgrade the program, then repeat.",
                                 command.key.type(), command.key.id(), sequence),
          .reason = "ENTITY_PARKED",
          .metadata = {{"type", command.key.type()},
                       {"id", command.key.id()},
                       {"sequence", std::to_string(sequence)}}};
}

Error Unapplicable(const Command& command, const std::string& why) {
  return {
      .code = Code::kInternal,
      .message = fmt::format("Request {} was not recorded: this program could not apply its own "
                             "record of it ({}). Report this as a fault of the program.",
                             command.request_id, why),
      .reason = "UNAPPLICABLE",
      .metadata = {{"request_id", command.request_id}, {"why", why}}};
}

Error RequestIdMissing() {
  return {.code = Code::kInvalidArgument,
          .message =
              "request_id is empty. Give every request a UUID of its own and keep it for "
              "repeating.",
          .reason = "REQUEST_ID_MISSING",
          .violations = {{"request_id", "must be a UUID"}}};
}

Error NotAppended(const Error& cause, RetryHint hint) {
  Error error = cause;
  if (error.code != Code::kResourceExhausted) error.code = Code::kUnavailable;
  if (error.reason.empty()) error.reason = "NOT_APPENDED";
  error.message = fmt::format("Not recorded: {} Repeat with the same request_id.", cause.message);
  if (!error.retry_after) error.retry_after = hint;
  return error;
}

Error NotStored(const Error& cause, RetryHint hint) {
  Error error = cause;
  if (error.code != Code::kResourceExhausted) error.code = Code::kUnavailable;
  error.message = fmt::format(
      "Recorded, and not to be read here yet: {} Repeat with the same request_id: it takes effect "
      "once at most.",
      cause.message);
  if (!error.retry_after) error.retry_after = hint;
  return error;
}

Error RequestIdReused(const std::string& request_id, const log::PartitionId& partition,
                      log::Sequence sequence) {
  return {
      .code = Code::kAlreadyExists,
      .message = fmt::format("Request id {} stands at {}/{} with another content. Use a UUID of "
                             "its own for each request.",
                             request_id, log::ToString(partition), sequence),
      .reason = "REQUEST_ID_REUSED",
      .metadata = {{"request_id", request_id},
                   {"position", fmt::format("{}/{}", log::ToString(partition), sequence)}}};
}

Error ReportContradictsView(const log::PartitionId& partition, log::Offset reported,
                            log::Offset next) {
  return Damaged(partition, "REPORT_CONTRADICTS_VIEW",
                 fmt::format("it reports this server's record at offset {}, and another was read "
                             "there before offset {} was reached",
                             reported, next));
}

Error TailBehindView(const log::PartitionId& partition, log::Offset tail, log::Offset next) {
  return Damaged(partition, "TAIL_BEHIND_VIEW",
                 fmt::format("it ends at offset {}, and was read up to {} before", tail, next));
}

}  // namespace twinledger::writer
