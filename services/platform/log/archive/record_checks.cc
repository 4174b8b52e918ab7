#include "platform/log/archive/record_checks.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "platform/log/founding.h"

namespace twinledger::log {
namespace {

// Signatures cost most of the time, and there are two cores on the smallest machine.
constexpr std::size_t kLanes = 2;

constexpr std::size_t kQueueBytesMax = 16u << 20;

Finding Bad(const PlacedRecord& at, std::string why) {
  return {at.place, {at.file, at.place.byte, at.record, std::move(why)}};
}

std::set<PartitionId> AsSet(const std::vector<PartitionId>& partitions) {
  return {partitions.begin(), partitions.end()};
}

}  // namespace

// The partitions of one thread.
class RecordChecks::Lane {
 public:
  Lane(const Founding& founding, const std::vector<Witness>& witnesses)
      : founding_(founding),
        witnesses_(witnesses),
        founded_(AsSet(PartitionsOf(founding.root))),
        thread_([this] { Run(); }) {}

  void Add(PlacedRecord record) {
    const absl::MutexLock lock(&mutex_);
    while (queued_bytes_ > kQueueBytesMax) moved_.Wait(&mutex_);
    queued_bytes_ += record.bytes.size();
    queue_.push_back(std::move(record));
    moved_.SignalAll();
  }

  std::map<PartitionId, CheckedPartition> Finish() {
    {
      const absl::MutexLock lock(&mutex_);
      finished_ = true;
      moved_.SignalAll();
    }
    if (thread_.joinable()) thread_.join();
    return std::move(partitions_);
  }

 private:
  void Run() {
    while (true) {
      PlacedRecord record;
      {
        const absl::MutexLock lock(&mutex_);
        while (queue_.empty() && !finished_) moved_.Wait(&mutex_);
        if (queue_.empty()) return;
        record = std::move(queue_.front());
        queue_.pop_front();
        queued_bytes_ -= record.bytes.size();
        moved_.SignalAll();
      }
      Check(std::move(record));
    }
  }

  // Behind the first bad record of a partition nothing can be said.
  void Check(PlacedRecord placed) {
    const PartitionId& partition = placed.record.partition;
    auto [entry, added] = partitions_.try_emplace(partition);
    CheckedPartition& checked = entry->second;
    if (added) checked.view = EmptyView(partition);
    if (checked.first_bad) return;
    if (!founded_.contains(partition)) {
      checked.first_bad = Bad(placed, "the founding knows no such partition");
      return;
    }
    const ReadRecord record(placed.record.offset, std::move(placed.bytes));
    Verdict verdict = Accept(checked.view, founding_, record);
    if (const auto* v = std::get_if<VoidRecord>(&verdict)) {
      ++checked.counts.voids;
      checked.first_bad =
          Bad(placed, fmt::format("the record is void ({}): no writer stored it", Name(v->reason)));
      return;
    }
    if (const auto* stop = std::get_if<StopRecord>(&verdict)) {
      checked.first_bad = Bad(placed, "the record is signed and cannot be used: " + stop->why);
      return;
    }
    auto& accepted = std::get<AcceptedRecord>(verdict);
    ++checked.counts.records;
    checked.counts.commits += accepted.commits.size();
    checked.view = std::move(accepted.next);
    CheckWitnesses(placed, checked);
  }

  void CheckWitnesses(const PlacedRecord& placed, CheckedPartition& checked) const {
    for (const Witness& witness : witnesses_) {
      if (witness.partition != checked.view.partition) continue;
      const bool covered = witness.sequence >= placed.record.first_sequence &&
                           witness.sequence <= checked.view.sequence;
      if (!covered) continue;
      if (witness.sequence != checked.view.sequence || witness.hash != checked.view.hash) {
        checked.first_bad =
            Bad(placed, fmt::format("{} knows another record at sequence {}: {}", witness.name,
                                    witness.sequence, crypto::Hex(witness.hash)));
        return;
      }
    }
  }

  const Founding& founding_;
  const std::vector<Witness>& witnesses_;
  const std::set<PartitionId> founded_;
  std::map<PartitionId, CheckedPartition> partitions_;  // Of the own thread until it has ended.

  absl::Mutex mutex_;
  absl::CondVar moved_;
  std::deque<PlacedRecord> queue_ ABSL_GUARDED_BY(mutex_);
  std::size_t queued_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  std::jthread thread_;
};

RecordChecks::RecordChecks(const Founding& founding, const std::vector<Witness>& witnesses) {
  for (std::size_t i = 0; i < kLanes; ++i) {
    lanes_.push_back(std::make_unique<Lane>(founding, witnesses));
  }
}

RecordChecks::~RecordChecks() { Finish(); }

void RecordChecks::Add(PlacedRecord record) {
  const std::size_t lane = record.record.partition.partition % lanes_.size();
  lanes_[lane]->Add(std::move(record));
}

std::map<PartitionId, CheckedPartition> RecordChecks::Finish() {
  std::map<PartitionId, CheckedPartition> all;
  for (const auto& lane : lanes_) all.merge(lane->Finish());
  return all;
}

}  // namespace twinledger::log
