// An event log in memory, in virtual time, that does all the harm that the contract allows.
//
//   Append --> frame --delay--> lands at the end of its partition --delay--> reported
//                |                  |
//                |                  '--> lands again (duplicated)
//                '--> lost, refused, or late: lands after it was reported ambiguous
//
// Which of these happens is drawn from a seed under a FaultPlan, so a run repeats exactly. Time
// stands still until Step, AdvanceTo or a waiting reader moves it, and callbacks run inside these.
// Under a calm plan an append is complete when the call returns, so that any test that needs a log
// can use this one.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "platform/base/clock.h"
#include "platform/log/event_log.h"
#include "platform/log/simulated/fault_plan.h"

namespace twinledger::log {

// Threads: thread-safe. A run repeats exactly only if one thread uses it.
class SimulatedLog final : public EventLog {
 public:
  explicit SimulatedLog(std::uint64_t seed = 0, FaultPlan plan = {});

  Result<std::unique_ptr<AppendSession>> OpenSession() override;
  Result<std::unique_ptr<Reader>> OpenReader(std::vector<ReadFrom> from) override;
  Result<Offset> Tail(const PartitionId& partition) override;

  // For appends to come; those in flight keep their fate.
  void SetPlan(const FaultPlan& plan);

  // Moves time to the next landing or report and lets it happen. False if there is none.
  bool Step();

  // Lets everything happen that is due by `time`.
  void AdvanceTo(MonotonicTime time);

  MonotonicTime Now() const;
  FaultCounts faults() const;

  // What the partition really holds, void records included; the offset is the index.
  std::vector<std::string> Stored(const PartitionId& partition) const;

  // Puts a record at the end of a partition at once: a stranger with the right to append.
  void Land(const PartitionId& partition, std::string record);

  // Damage, which the contract forbids and readers must notice. REQUIRES: such an offset is there.
  void Truncate(const PartitionId& partition, Offset end);
  void Replace(const PartitionId& partition, Offset offset, std::string record);

 private:
  class Session;
  class PartitionReader;
  using SessionNumber = std::uint64_t;  // From 1, in order of opening.
  using AppendNumber = std::uint64_t;

  struct Landing {
    AppendNumber append = 0;
    SessionNumber session = 0;
    PartitionId partition;
    std::string record;
    std::uint64_t tail_reads = 0;  // Of the partition, before the append.
    bool again = false;
  };
  struct Report {
    AppendNumber append = 0;
    AppendOutcome outcome;
  };
  using Event = std::variant<Landing, Report>;
  using Due = std::pair<MonotonicTime, std::uint64_t>;  // The number orders what is due at once.

  struct Pending {  // Not yet reported.
    SessionNumber session = 0;
    PartitionId to;
    AppendCallback done;
    Due time_out;
    bool acknowledged = true;  // Its landing will be.
    bool landed = false;
    std::chrono::microseconds report_delay{0};
  };
  struct Partition {
    std::deque<std::string> records;
    std::uint64_t tail_reads = 0;
    SessionNumber newest_session = 0;  // Of the records that landed.
  };

  void Append(SessionNumber session, std::map<PartitionId, MonotonicTime>& last_landing,
              const PartitionId& to, std::string record, AppendCallback done);
  void Refuse(AppendNumber append, Error error) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Launch(AppendNumber append, MonotonicTime& last_landing, const PartitionId& to,
              std::string record) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Abandon(SessionNumber session);
  void LetWait(std::chrono::milliseconds wait, const std::function<bool()>& ready)
      ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<StoredRecord> ReadOn(std::map<PartitionId, Offset>& next, std::size_t bytes_max)
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  void RunDue(MonotonicTime until, bool only_one, bool& ran) ABSL_LOCKS_EXCLUDED(mutex_);
  void Perform(Landing landing) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Perform(Report report) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Due Schedule(MonotonicTime time, Event event) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool Happens(std::uint32_t of_thousand) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::chrono::microseconds UpTo(std::chrono::microseconds most)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  std::mt19937_64 random_ ABSL_GUARDED_BY(mutex_);
  FaultPlan plan_ ABSL_GUARDED_BY(mutex_);
  FaultCounts faults_ ABSL_GUARDED_BY(mutex_);
  MonotonicTime now_ ABSL_GUARDED_BY(mutex_);
  std::map<PartitionId, Partition> partitions_ ABSL_GUARDED_BY(mutex_);
  std::map<Due, Event> events_ ABSL_GUARDED_BY(mutex_);
  std::map<AppendNumber, Pending> pending_ ABSL_GUARDED_BY(mutex_);
  SessionNumber last_session_ ABSL_GUARDED_BY(mutex_) = 0;
  AppendNumber last_append_ ABSL_GUARDED_BY(mutex_) = 0;
  std::uint64_t last_event_ ABSL_GUARDED_BY(mutex_) = 0;
  bool running_ ABSL_GUARDED_BY(mutex_) = false;            // A thread lets events happen.
  SessionNumber reporting_to_ ABSL_GUARDED_BY(mutex_) = 0;  // Its callback runs on that thread.
  std::thread::id reporting_thread_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace twinledger::log
