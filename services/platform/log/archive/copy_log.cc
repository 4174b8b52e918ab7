#include "platform/log/archive/copy_log.h"

#include <absl/synchronization/mutex.h>
#include <fmt/format.h>

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "platform/log/ask_within.h"
#include "platform/log/founding.h"

namespace twinledger::log {
namespace {

// Enough that one sync serves many records, and little enough to hold in memory.
constexpr std::size_t kInFlightBytesMax = 8u << 20;

// Appends in order and keeps many records in flight. The first failure stays.
class OrderedAppends {
 public:
  explicit OrderedAppends(std::unique_ptr<AppendSession> session) : session_(std::move(session)) {}

  Result<void> Append(const PartitionId& to, std::string record) {
    const std::size_t size = record.size();
    {
      const absl::MutexLock lock(&mutex_);
      while (in_flight_ > 0 && in_flight_ + size > kInFlightBytesMax) moved_.Wait(&mutex_);
      if (failure_) return *failure_;
      in_flight_ += size;
    }
    session_->Append(to, std::move(record), [this, to, size](const AppendOutcome& outcome) {
      const absl::MutexLock lock(&mutex_);
      in_flight_ -= size;
      if (outcome.kind != AppendOutcome::Kind::kAppended && !failure_) {
        failure_ = outcome.error;
        failure_->message = fmt::format("{} was not copied completely: {}; do it again to go on",
                                        ToString(to), failure_->message);
      }
      moved_.SignalAll();
    });
    return {};
  }

  Result<void> Finish() {
    const absl::MutexLock lock(&mutex_);
    while (in_flight_ > 0) moved_.Wait(&mutex_);
    if (failure_) return *failure_;
    return {};
  }

 private:
  absl::Mutex mutex_;
  absl::CondVar moved_;
  std::size_t in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  std::optional<Error> failure_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<AppendSession> session_;  // Last: no callback runs behind its end.
};

Error TargetNotEmpty(const PartitionId& partition, Offset held) {
  return {Code::kFailedPrecondition,
          fmt::format("{} of the target holds {} records that are not those of the export; "
                      "import into a log that was created empty",
                      ToString(partition), held),
          "TARGET_NOT_EMPTY",
          {{"partition", ToString(partition)}, {"records", std::to_string(held)}}};
}

Error Disturbed(const PartitionId& partition) {
  return {Code::kAborted,
          fmt::format("{} of the target is not what was copied: somebody else writes to it; stop "
                      "them, and do it again to go on",
                      ToString(partition)),
          "COPY_DISTURBED",
          {{"partition", ToString(partition)}}};
}

Result<Offset> TailOf(EventLog& log, const PartitionId& partition) {
  return AskWithin(kLogPatience, [&] { return log.Tail(partition); });
}

Result<ReadRecord> RecordAt(EventLog& log, const PartitionId& partition, Offset offset) {
  TL_TRY(const auto reader, AskWithin(kLogPatience, [&] {
           return log.OpenReader({{partition, offset}});
         }));
  const auto give_up = std::chrono::steady_clock::now() + kReadPatience;
  while (std::chrono::steady_clock::now() < give_up) {
    TL_TRY(auto batch, reader->Next(std::chrono::milliseconds(1000)));
    if (!batch.empty()) return ReadRecord(offset, std::move(batch.front().bytes));
  }
  return Error{Code::kUnavailable,
               fmt::format("{} does not show the record at {}", ToString(partition), offset),
               "LOG_UNREADABLE"};
}

Result<void> Pass(const PartitionId&, const ReadRecord&, const AcceptedRecord&) { return {}; }

// What already stands in the target. The chain makes one equal record prove all before it.
Result<Readings> Existing(EventLog& source, EventLog& target, const Founding& founding) {
  for (const PartitionId& partition : PartitionsOf(founding.root)) {
    TL_TRY(const Offset held, TailOf(target, partition));
    if (held == 0) continue;
    // A stranger's first record is no reason to call the rest of it damaged.
    TL_TRY(const ReadRecord first, RecordAt(target, partition, 0));
    if (!IsFoundingRecord(founding, partition, first)) return TargetNotEmpty(partition, held);
  }
  TL_TRY(Readings existing, ReadAccepted(target, founding, Pass));
  for (const auto& [partition, reading] : existing) {
    TL_TRY(const Offset offered, TailOf(source, partition));
    bool same = reading.records <= offered;
    if (same && reading.records > 0) {
      TL_TRY(const ReadRecord ours, RecordAt(source, partition, reading.records - 1));
      same = ours.hash() == reading.view.hash;
    }
    if (!same) return TargetNotEmpty(partition, reading.records);
  }
  return existing;
}

Result<void> CheckCopy(EventLog& target, const Founding& founding, const Readings& copied) {
  TL_TRY(const Readings stands, ReadAccepted(target, founding, Pass));
  for (const auto& [partition, reading] : copied) {
    if (stands.at(partition).view.hash != reading.view.hash) return Disturbed(partition);
  }
  return {};
}

}  // namespace

Result<CopyReport> CopyLog(EventLog& source, const Founding& founding, EventLog& target,
                           Closing closing, const ReadProgressCallback& progress) {
  TL_TRY(const Readings existing, Existing(source, target, founding));
  TL_TRY(auto session, target.OpenSession());
  OrderedAppends appends(std::move(session));
  CopyReport report;
  Readings copied;
  const auto copy = [&](const PartitionId& partition, const ReadRecord& record,
                        const AcceptedRecord& accepted) -> Result<void> {
    if (accepted.next.closed && closing == Closing::kLeftOut) return {};
    ++report.records;
    copied[partition].view = accepted.next;
    if (record.offset() < existing.at(partition).records) {
      ++report.existing;
      return {};
    }
    return appends.Append(partition, record.bytes());
  };
  const Result<Readings> read = ReadAccepted(source, founding, copy, progress);
  if (!read) return read.error();
  TL_TRY_VOID(appends.Finish());
  if (!target.HasSoleWriter()) TL_TRY_VOID(CheckCopy(target, founding, copied));
  return report;
}

}  // namespace twinledger::log
