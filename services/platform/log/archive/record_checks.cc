#include "platform/log/archive/record_checks.h"

#include <fmt/format.h>

#include <utility>

#include "platform/crypto/signature.h"
#include "platform/log/founding.h"

namespace twinledger::log {
namespace {

// Signatures cost most of the time, and there are two cores on the smallest machine.
constexpr std::size_t kThreads = 2;

constexpr std::size_t kWaitingBytesMax = 32u << 20;

Finding Bad(const PlacedRecord& at, std::string why) {
  return {at.place, {at.file, at.place.byte, at.record, std::move(why)}};
}

std::set<PartitionId> AsSet(const std::vector<PartitionId>& partitions) {
  return {partitions.begin(), partitions.end()};
}

}  // namespace

RecordChecks::RecordChecks(const Founding& founding, const std::vector<Witness>& witnesses)
    : founding_(founding), witnesses_(witnesses), founded_(AsSet(PartitionsOf(founding.root))) {
  for (const std::string& stream : founding.root.streams()) {
    for (const v1::PublicKey& key : WriterKeysOf(founding.root, stream)) {
      keys_[stream].emplace(crypto::KeyIdOf(key), key);
    }
  }
  for (std::size_t i = 0; i < kThreads; ++i) threads_.emplace_back([this] { Run(); });
}

RecordChecks::~RecordChecks() { Finish(); }

void RecordChecks::Add(PlacedRecord placed) {
  const std::size_t bytes = placed.read.bytes().size();
  auto item = std::make_unique<Item>(Item{.placed = std::move(placed)});
  const absl::MutexLock lock(&mutex_);
  while (bytes_ > kWaitingBytesMax) moved_.Wait(&mutex_);
  bytes_ += bytes;
  items_.push_back(std::move(item));
  moved_.SignalAll();
}

std::map<PartitionId, CheckedPartition> RecordChecks::Finish() {
  {
    const absl::MutexLock lock(&mutex_);
    finished_ = true;
    moved_.SignalAll();
  }
  threads_.clear();
  return std::move(partitions_);
}

void RecordChecks::Run() {
  while (Item* const item = TakeUnread()) {
    Read(item->placed);
    {
      const absl::MutexLock lock(&mutex_);
      item->read = true;
    }
    CheckAllRead();
  }
}

// Null where no more come.
RecordChecks::Item* RecordChecks::TakeUnread() {
  const absl::MutexLock lock(&mutex_);
  while (taken_ == items_.size() && !finished_) moved_.Wait(&mutex_);
  return taken_ == items_.size() ? nullptr : items_[taken_++].get();
}

// What the record keeps for who checks it. Of other keys than those of the founding, which are
// enrolled in between, the signature is verified then.
void RecordChecks::Read(const PlacedRecord& placed) const {
  const ReadRecord& record = placed.read;
  if (!record.parsed()) return;
  record.hash();
  record.commits();
  const auto keys = keys_.find(placed.record.partition.stream);
  if (keys == keys_.end()) return;
  const auto key = keys->second.find(record.record().key_id());
  if (key != keys->second.end()) record.SignedBy(key->second);
}

// Unless another thread does, which goes on until it comes to one that is not read.
void RecordChecks::CheckAllRead() {
  if (!BeginChecking()) return;
  while (const std::unique_ptr<Item> item = TakeRead()) Check(item->placed);
}

bool RecordChecks::BeginChecking() {
  const absl::MutexLock lock(&mutex_);
  return !std::exchange(checking_, true);
}

// Null, and nobody checks, where the first is not read.
std::unique_ptr<RecordChecks::Item> RecordChecks::TakeRead() {
  const absl::MutexLock lock(&mutex_);
  if (items_.empty() || !items_.front()->read) {
    checking_ = false;
    return nullptr;
  }
  std::unique_ptr<Item> item = std::move(items_.front());
  items_.pop_front();
  --taken_;
  bytes_ -= item->placed.read.bytes().size();
  moved_.SignalAll();
  return item;
}

// Behind the first bad record of a partition nothing can be said.
void RecordChecks::Check(const PlacedRecord& placed) {
  const PartitionId& partition = placed.record.partition;
  auto [entry, added] = partitions_.try_emplace(partition);
  CheckedPartition& checked = entry->second;
  if (added) checked.view = EmptyView(partition);
  if (checked.first_bad) return;
  if (!founded_.contains(partition)) {
    checked.first_bad = Bad(placed, "the founding knows no such partition");
    return;
  }
  Verdict verdict = Accept(checked.view, founding_, placed.read);
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

void RecordChecks::CheckWitnesses(const PlacedRecord& placed, CheckedPartition& checked) const {
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

}  // namespace twinledger::log
