#include "platform/projection/cursor_check.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/log/ask_within.h"

namespace twinledger::projection {
namespace {

// Between two looks at whether it was waited for too long.
constexpr std::chrono::milliseconds kCursorLook{1000};

// The record at a cursor is on disk: a log that does not show it in this time is out of order.
constexpr std::chrono::seconds kCursorWait{30};

// Nothing where the log ends before `offset`.
Result<std::optional<log::ReadRecord>> ReadAt(log::EventLog& log, const log::PartitionId& partition,
                                              log::Offset offset, const Clock& clock) {
  Result<std::unique_ptr<log::Reader>> reader = log::AskWithin(kCursorWait, [&] {
    return log.OpenReader({{partition, offset}});
  });
  if (!reader && reader.error().code == Code::kOutOfRange) return std::optional<log::ReadRecord>();
  if (!reader) return std::move(reader).error();
  const MonotonicTime give_up = clock.Monotonic() + kCursorWait;
  while (clock.Monotonic() < give_up) {
    TL_TRY(std::vector<log::StoredRecord> records, (*reader)->Next(kCursorLook));
    if (records.empty()) continue;
    return std::optional(log::ReadRecord(records[0].offset, std::move(records[0].bytes)));
  }
  const std::string place = log::ToString(partition);
  return Error{Code::kUnavailable,
               "the log does not show the record of " + place + " at offset " +
                   std::to_string(offset) + ", which it says that it has: start again",
               "LOG_UNREADABLE",
               {{"partition", place}, {"offset", std::to_string(offset)}}};
}

// It has less than was read here before.
Error EndsTooSoon(const PartitionView& view, log::Offset accepted, log::Offset tail) {
  const std::string place = log::ToString(view.partition());
  const std::string lost = std::to_string(accepted + 1 - tail);
  return Error{Code::kDataLoss,
               "the log is damaged: " + place + " ends at offset " + std::to_string(tail) +
                   "; the last " + lost + " records that were read here, up to sequence " +
                   std::to_string(view.chain().sequence) +
                   ", are lost, as when it is rolled back to an older copy; restore the log from a "
                   "backup or an export",
               "LOG_DAMAGED",
               {{"partition", place}, {"offset", std::to_string(tail)}, {"lost", lost}}};
}

}  // namespace

Result<void> CheckCursor(log::EventLog& log, const Clock& clock, log::Offset tail,
                         PartitionView& view) {
  const std::optional<log::Offset> offset = view.cursor_offset();
  if (!offset) return {};
  if (*offset >= tail) {
    view.Stop(EndsTooSoon(view, *offset, tail));
    return {};
  }
  Result<std::optional<log::ReadRecord>> read = ReadAt(log, view.partition(), *offset, clock);
  if (!read && read.error().code != Code::kDataLoss) return std::move(read).error();
  if (!read) {
    view.Stop(std::move(read).error());
    return {};
  }
  const std::optional<log::ReadRecord> record = *std::move(read);
  // The view keeps the difference.
  static_cast<void>(view.CheckCursor(record ? &*record : nullptr));
  return {};
}

}  // namespace twinledger::projection
