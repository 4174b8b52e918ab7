#include "platform/log/archive/import_log.h"

#include <absl/synchronization/mutex.h>
#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>

#include "platform/log/archive/log_path.h"
#include "platform/log/archive/verify.h"
#include "platform/log/founding.h"

namespace twinledger::log {
namespace {

using namespace std::chrono_literals;

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
        failure_->message = fmt::format("{} was not imported completely: {}; import again to go on",
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

Result<std::string> RecordAt(EventLog& log, const PartitionId& partition, Offset offset) {
  TL_TRY(const auto reader, log.OpenReader({{partition, offset}}));
  TL_TRY(auto batch, reader->Next(1000ms));
  if (batch.empty()) return std::string();
  return std::move(batch.front().bytes);
}

// What already stands in the target. The chain makes one equal record prove all before it.
Result<std::map<PartitionId, Offset>> Existing(EventLog& source, EventLog& target,
                                               const Founding& founding) {
  std::map<PartitionId, Offset> existing;
  for (const PartitionId& partition : PartitionsOf(founding.root)) {
    TL_TRY(const Offset held, target.Tail(partition));
    TL_TRY(const Offset offered, source.Tail(partition));
    bool same = held <= offered;
    if (same && held > 0) {
      TL_TRY(const std::string ours, RecordAt(source, partition, held - 1));
      TL_TRY(const std::string theirs, RecordAt(target, partition, held - 1));
      same = ours == theirs;
    }
    if (!same) {
      return Error{
          Code::kFailedPrecondition,
          fmt::format("{} of the target holds {} records that are not those of the export; "
                      "import into a log that was created empty",
                      ToString(partition), held),
          "TARGET_NOT_EMPTY",
          {{"partition", ToString(partition)}, {"records", std::to_string(held)}}};
    }
    existing[partition] = held;
  }
  return existing;
}

}  // namespace

Result<ImportReport> ImportLog(const std::filesystem::path& export_directory, EventLog& target,
                               std::optional<crypto::Hash> pin,
                               const ReadProgressCallback& progress) {
  VerifyOptions options;
  options.founding_hash = pin;
  TL_TRY(const VerifyReport verified, VerifyLog(export_directory, options));
  if (verified.verdict == VerifyReport::Verdict::kInvalid) return AsError(*verified.first_bad);

  TL_TRY(const LogPath path, ResolveLogPath(export_directory));
  TL_TRY(const auto source, OpenForReading(path));
  ImportReport report;
  TL_TRY(report.founding, FindFounding(*source, pin));
  TL_TRY(const auto existing, Existing(*source, target, report.founding));
  TL_TRY(auto session, target.OpenSession());
  OrderedAppends appends(std::move(session));
  const auto copy = [&](const PartitionId& partition, const ReadRecord& record,
                        const AcceptedRecord&) -> Result<void> {
    ++report.records;
    if (record.offset() < existing.at(partition)) {
      ++report.existing;
      return {};
    }
    return appends.Append(partition, record.bytes());
  };
  TL_TRY(const Readings readings, ReadAccepted(*source, report.founding, copy, progress));
  TL_TRY_VOID(appends.Finish());
  return report;
}

}  // namespace twinledger::log
