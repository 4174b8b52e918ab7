#include "platform/log/simulated/simulated_log.h"

#include <algorithm>

#include "absl/time/time.h"
#include "platform/base/check.h"

namespace twinledger::log {
namespace {

// As much as the contract says that one read returns.
constexpr std::size_t kReadBytesMax = 4 * 1024 * 1024;

Error TooLarge(const PartitionId& to, std::size_t size) {
  return Error{Code::kInvalidArgument,
               "a record of " + std::to_string(size) + " bytes for " + ToString(to) +
                   " is too large: at most " + std::to_string(kRecordBytesMax) +
                   " fit; put fewer commits into one record",
               "BAD_RECORD",
               {{"partition", ToString(to)},
                {"bytes", std::to_string(size)},
                {"bytes_max", std::to_string(kRecordBytesMax)}}};
}

Error NotTaken(const PartitionId& to) {
  return Error{Code::kUnavailable,
               "the log took no record for " + ToString(to) + "; append it again",
               "NOT_APPENDED",
               {{"partition", ToString(to)}}};
}

Error NoReport(const PartitionId& to) {
  return Error{Code::kDeadlineExceeded,
               "no report of an append to " + ToString(to) +
                   " came in time: it may be there or land later; let the chain decide",
               "NO_REPORT",
               {{"partition", ToString(to)}}};
}

Error BeyondEnd(Code code, std::string_view reason, const PartitionId& partition, Offset offset,
                Offset end) {
  return Error{code,
               "offset " + std::to_string(offset) + " of " + ToString(partition) +
                   " is beyond its end " + std::to_string(end) +
                   ": the log is shorter than its reader remembers; compare it with a backup",
               std::string(reason),
               {{"partition", ToString(partition)},
                {"offset", std::to_string(offset)},
                {"end", std::to_string(end)}}};
}

}  // namespace

class SimulatedLog::Session final : public AppendSession {
 public:
  Session(SimulatedLog& log, SessionNumber number) : log_(log), number_(number) {}
  ~Session() override { log_.Abandon(number_); }

  void Append(const PartitionId& to, std::string record, AppendCallback done) override {
    log_.Append(number_, last_landing_, to, std::move(record), std::move(done));
  }

 private:
  SimulatedLog& log_;
  const SessionNumber number_;
  std::map<PartitionId, MonotonicTime> last_landing_;  // No later append lands before it.
};

class SimulatedLog::PartitionReader final : public Reader {
 public:
  PartitionReader(SimulatedLog& log, std::map<PartitionId, Offset> next)
      : log_(log), next_(std::move(next)) {}

  Result<std::vector<StoredRecord>> Next(std::chrono::milliseconds wait) override {
    log_.LetWait(wait, [this]() ABSL_SHARED_LOCKS_REQUIRED(log_.mutex_) { return Behind(); });
    const absl::MutexLock lock(&log_.mutex_);
    for (const auto& [partition, offset] : next_) {
      const Offset end = End(partition);
      if (offset > end) {
        return BeyondEnd(Code::kDataLoss, "LOG_TRUNCATED", partition, offset, end);
      }
    }
    return log_.ReadOn(next_, kReadBytesMax);
  }

 private:
  Offset End(const PartitionId& partition) const ABSL_SHARED_LOCKS_REQUIRED(log_.mutex_) {
    const auto found = log_.partitions_.find(partition);
    return found == log_.partitions_.end() ? 0 : found->second.records.size();
  }

  bool Behind() const ABSL_SHARED_LOCKS_REQUIRED(log_.mutex_) {
    return std::any_of(next_.begin(), next_.end(),
                       [this](const auto& place) { return End(place.first) != place.second; });
  }

  SimulatedLog& log_;
  std::map<PartitionId, Offset> next_;
};

SimulatedLog::SimulatedLog(std::uint64_t seed, FaultPlan plan) : random_(seed), plan_(plan) {}

Result<std::unique_ptr<AppendSession>> SimulatedLog::OpenSession() {
  const absl::MutexLock lock(&mutex_);
  return std::unique_ptr<AppendSession>(std::make_unique<Session>(*this, ++last_session_));
}

Result<std::unique_ptr<Reader>> SimulatedLog::OpenReader(std::vector<ReadFrom> from) {
  const absl::MutexLock lock(&mutex_);
  std::map<PartitionId, Offset> next;
  for (ReadFrom& place : from) {
    const Offset end = partitions_[place.partition].records.size();
    if (place.offset > end) {
      return BeyondEnd(Code::kOutOfRange, "BEYOND_END", place.partition, place.offset, end);
    }
    next[std::move(place.partition)] = place.offset;
  }
  return std::unique_ptr<Reader>(std::make_unique<PartitionReader>(*this, std::move(next)));
}

Result<Offset> SimulatedLog::Tail(const PartitionId& partition) {
  const absl::MutexLock lock(&mutex_);
  Partition& asked = partitions_[partition];
  ++asked.tail_reads;
  return asked.records.size();
}

void SimulatedLog::SetPlan(const FaultPlan& plan) {
  const absl::MutexLock lock(&mutex_);
  plan_ = plan;
}

bool SimulatedLog::Step() {
  bool ran = false;
  RunDue(MonotonicTime::max(), true, ran);
  return ran;
}

void SimulatedLog::AdvanceTo(MonotonicTime time) {
  bool ran = false;
  RunDue(time, false, ran);
  const absl::MutexLock lock(&mutex_);
  now_ = std::max(now_, time);
}

MonotonicTime SimulatedLog::Now() const {
  const absl::MutexLock lock(&mutex_);
  return now_;
}

FaultCounts SimulatedLog::faults() const {
  const absl::MutexLock lock(&mutex_);
  return faults_;
}

std::vector<std::string> SimulatedLog::Stored(const PartitionId& partition) const {
  const absl::MutexLock lock(&mutex_);
  const auto found = partitions_.find(partition);
  if (found == partitions_.end()) return {};
  return {found->second.records.begin(), found->second.records.end()};
}

void SimulatedLog::Land(const PartitionId& partition, std::string record) {
  const absl::MutexLock lock(&mutex_);
  partitions_[partition].records.push_back(std::move(record));
}

void SimulatedLog::Truncate(const PartitionId& partition, Offset end) {
  const absl::MutexLock lock(&mutex_);
  std::deque<std::string>& records = partitions_[partition].records;
  TL_CHECK(end <= records.size());
  faults_.damaged += records.size() - end;
  records.resize(end);
}

void SimulatedLog::Replace(const PartitionId& partition, Offset offset, std::string record) {
  const absl::MutexLock lock(&mutex_);
  std::deque<std::string>& records = partitions_[partition].records;
  TL_CHECK(offset < records.size());
  ++faults_.damaged;
  records[offset] = std::move(record);
}

void SimulatedLog::Append(SessionNumber session, std::map<PartitionId, MonotonicTime>& last_landing,
                          const PartitionId& to, std::string record, AppendCallback done) {
  bool at_once = false;
  MonotonicTime now;
  {
    const absl::MutexLock lock(&mutex_);
    const AppendNumber append = ++last_append_;
    Pending& pending = pending_[append];
    pending.session = session;
    pending.done = std::move(done);
    pending.report_delay = UpTo(plan_.delay_max);
    if (record.size() > kRecordBytesMax) {
      Refuse(append, TooLarge(to, record.size()));
    } else if (Happens(plan_.refused)) {
      ++faults_.refused;
      Refuse(append, NotTaken(to));
    } else {
      Launch(append, last_landing[to], to, std::move(record));
    }
    now = now_;
    at_once = plan_.calm();
  }
  bool ran = false;
  if (at_once) RunDue(now, false, ran);
}

void SimulatedLog::Refuse(AppendNumber append, Error error) {
  Schedule(now_ + pending_[append].report_delay,
           Report{append, {AppendOutcome::Kind::kNotAppended, 0, std::move(error)}});
}

void SimulatedLog::Launch(AppendNumber append, MonotonicTime& last_landing, const PartitionId& to,
                          std::string record) {
  Pending& pending = pending_[append];
  pending.to = to;
  pending.time_out = Schedule(now_ + plan_.report_within,
                              Report{append, {AppendOutcome::Kind::kAmbiguous, 0, {}}});
  pending.acknowledged = !Happens(plan_.unacknowledged);
  if (Happens(plan_.lost)) {
    ++faults_.lost;
    return;
  }
  MonotonicTime when = now_ + UpTo(plan_.delay_max);
  if (Happens(plan_.late)) when = now_ + plan_.report_within + UpTo(plan_.late_max);
  last_landing = std::max(last_landing, when);
  Landing landing{append, pending.session, to, std::move(record), partitions_[to].tail_reads};
  if (Happens(plan_.duplicated)) {
    Landing copy = landing;
    copy.again = true;
    Schedule(last_landing + UpTo(plan_.late_max), std::move(copy));
  }
  Schedule(last_landing, std::move(landing));
}

void SimulatedLog::Abandon(SessionNumber session) {
  const absl::MutexLock lock(&mutex_);
  faults_.abandoned += static_cast<std::uint64_t>(
      std::erase_if(pending_, [&](const auto& entry) { return entry.second.session == session; }));
  std::vector<Landing> late;
  for (auto event = events_.begin(); event != events_.end();) {
    Landing* landing = std::get_if<Landing>(&event->second);
    const bool its_own = landing != nullptr && landing->session == session;
    const bool lost = its_own && Happens(plan_.lost_with_session);
    const bool delayed = its_own && !lost && Happens(plan_.late_with_session);
    if (lost) ++faults_.lost_with_session;
    if (delayed) late.push_back(std::move(*landing));
    event = lost || delayed ? events_.erase(event) : std::next(event);
  }
  for (Landing& landing : late) Schedule(now_ + UpTo(plan_.late_max), std::move(landing));
  // A session may be destroyed by its own callback, which then is the last that it gets.
  const auto quiet = [this, session]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return reporting_to_ != session || reporting_thread_ == std::this_thread::get_id();
  };
  mutex_.Await(absl::Condition(&quiet));
}

void SimulatedLog::LetWait(std::chrono::milliseconds wait, const std::function<bool()>& ready) {
  MonotonicTime until;
  {
    const absl::MutexLock lock(&mutex_);
    if (ready() || wait.count() == 0) return;
    if (events_.empty()) {
      mutex_.AwaitWithTimeout(absl::Condition(&ready), absl::FromChrono(wait));
      return;
    }
    until = now_ + wait;
  }
  AdvanceTo(until);
}

std::vector<StoredRecord> SimulatedLog::ReadOn(std::map<PartitionId, Offset>& next,
                                               std::size_t bytes_max) {
  std::vector<StoredRecord> read;
  std::size_t bytes = 0;
  for (auto& [partition, offset] : next) {
    const auto found = partitions_.find(partition);
    if (found == partitions_.end()) continue;
    const std::deque<std::string>& records = found->second.records;
    for (; offset < records.size() && bytes < bytes_max; ++offset) {
      bytes += records[offset].size();
      read.push_back(StoredRecord{partition, offset, records[offset]});
    }
  }
  return read;
}

void SimulatedLog::RunDue(MonotonicTime until, bool only_one, bool& ran) {
  const absl::MutexLock lock(&mutex_);
  if (running_) return;  // The running one goes on to what was scheduled meanwhile.
  running_ = true;
  while (!events_.empty() && events_.begin()->first.first <= until && !(only_one && ran)) {
    auto node = events_.extract(events_.begin());
    Report* report = std::get_if<Report>(&node.mapped());
    if (report != nullptr && !pending_.contains(report->append)) continue;
    ran = true;
    now_ = std::max(now_, node.key().first);
    if (report != nullptr) {
      Perform(std::move(*report));
    } else {
      Perform(std::get<Landing>(std::move(node.mapped())));
    }
  }
  running_ = false;
}

void SimulatedLog::Perform(Landing landing) {
  Partition& partition = partitions_[landing.partition];
  const Offset offset = partition.records.size();
  partition.records.push_back(std::move(landing.record));
  ++faults_.landed;
  if (landing.again) {
    ++faults_.duplicated;
    return;
  }
  if (partition.tail_reads > landing.tail_reads) ++faults_.behind_tail;
  if (partition.newest_session > landing.session) ++faults_.behind_newer_session;
  partition.newest_session = std::max(partition.newest_session, landing.session);
  const auto found = pending_.find(landing.append);
  if (found == pending_.end()) {
    ++faults_.late;
    return;
  }
  Pending& pending = found->second;
  pending.landed = true;
  if (!pending.acknowledged) return;  // Its time runs out.
  Schedule(now_ + pending.report_delay,
           Report{landing.append, {AppendOutcome::Kind::kAppended, offset, {}}});
}

void SimulatedLog::Perform(Report report) {
  auto node = pending_.extract(report.append);
  const Pending& pending = node.mapped();
  events_.erase(pending.time_out);
  if (report.outcome.kind == AppendOutcome::Kind::kAmbiguous) {
    report.outcome.error = NoReport(pending.to);
    if (pending.landed) ++faults_.unacknowledged;
  }
  reporting_to_ = pending.session;
  reporting_thread_ = std::this_thread::get_id();
  mutex_.Unlock();  // The callback may append, or destroy its session.
  pending.done(report.outcome);
  mutex_.Lock();
  reporting_to_ = 0;
}

SimulatedLog::Due SimulatedLog::Schedule(MonotonicTime time, Event event) {
  return events_.emplace(Due{time, ++last_event_}, std::move(event)).first->first;
}

bool SimulatedLog::Happens(std::uint32_t of_thousand) {
  return of_thousand != 0 && random_() % 1000 < of_thousand;
}

std::chrono::microseconds SimulatedLog::UpTo(std::chrono::microseconds most) {
  if (most.count() == 0) return most;
  return std::chrono::microseconds(random_() % static_cast<std::uint64_t>(most.count() + 1));
}

}  // namespace twinledger::log
