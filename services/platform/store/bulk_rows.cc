#include "platform/store/bulk_rows.h"

#include <algorithm>
#include <map>
#include <utility>

#include "platform/store/row_format.h"
#include "platform/store/stacked.h"

namespace twinledger::store {
namespace {

// A row's place, and its part of the hash.
constexpr std::size_t kRowOverhead = 4 * sizeof(KeyValue);

}  // namespace

Result<std::optional<std::string>> BulkRows::Reader::Get(std::string_view key) const {
  TL_TRY(std::optional<std::string> value, rows_.Sorted()->Get(key));
  if (value) return value;
  return rows_.below_.Get(key);
}

std::unique_ptr<Iterator> BulkRows::Reader::NewIterator() const {
  return Stack(rows_.Sorted()->NewIterator(), rows_.below_.NewIterator());
}

void BulkRows::Begin(const log::PartitionId& partition, log::Sequence sequence) {
  partition_ = partition;
  sequence_ = sequence;
  commit_begin_ = undo_.size();
  origin_.clear();
  AppendOrigin(partition, false, origin_);
  deleted_origin_.clear();
  AppendOrigin(partition, true, deleted_origin_);
}

Result<std::optional<RowVersion>> BulkRows::NewestBelow(const std::string& row) const {
  if (!below_.MayHold(row)) return std::optional<RowVersion>();
  if (!lookup_) lookup_ = below_.NewLookup();
  return NewestVersion(*lookup_, row, std::nullopt);
}

Result<std::optional<RowVersion>> BulkRows::Find(TableId table, const RowKey& key) const {
  row_.clear();
  AppendRowKey(table, key, row_);
  if (const auto found = newest_.find(row_); found != newest_.end()) {
    const KeyValue& row = rows_[found->second];
    TL_TRY(RowVersion version, DecodeVersion(row.key, row.value));
    return Found(std::move(version), key);
  }
  TL_TRY(std::optional<RowVersion> version, NewestBelow(row_));
  return Found(std::move(version), key);
}

Result<void> BulkRows::Scan(TableId table, const RowKey& prefix, const RowKey& from,
                            const std::function<bool(RowVersion)>& visit) const {
  return CutReader(reader_).Scan(table, prefix, from, visit);
}

void BulkRows::CheckOwner(const std::string& row, const KeyValue* newest) {
  // Behind the flag, the origin is the partition.
  const std::string_view writer = std::string_view(origin_).substr(1);
  if (newest != nullptr && newest->value.substr(1).starts_with(writer)) return;
  std::optional<log::PartitionId> owner;
  if (newest != nullptr) {
    bool deleted = false;
    std::string_view value = newest->value;
    if (!DecodeOrigin(value, owner.emplace(), deleted)) fault_ = DamagedRow(newest->key);
  } else {
    const Result<std::optional<RowVersion>> below = NewestBelow(row);
    if (!below.ok()) fault_ = below.error();
    if (below.ok() && *below) owner = (*below)->partition;
  }
  if (!fault_ && owner && *owner != partition_) {
    fault_ = RowOfAnotherPartition(row, *owner, partition_);
  }
}

void BulkRows::PutBytes(TableId table, const RowKey& key, std::string bytes) {
  Write(table, key, false, bytes);
}

void BulkRows::Delete(TableId table, const RowKey& key) { Write(table, key, true, {}); }

void BulkRows::Write(TableId table, const RowKey& key, bool deleted, std::string_view bytes) {
  if (fault_) return;
  row_.clear();
  AppendRowKey(table, key, row_);
  const auto newest = newest_.find(row_);
  const bool first = newest == newest_.end();
  // Only a module's key may fail to imply its partition.
  if (table >= kModuleTables) CheckOwner(row_, first ? nullptr : &rows_[newest->second]);
  if (fault_) return;
  const std::size_t row_size = row_.size();
  AppendVersion(sequence_, row_);
  const KeyValue written = memory_->Copy(row_, deleted ? deleted_origin_ : origin_, bytes);
  sorted_.reset();
  if (first) {
    newest_.emplace(written.key.substr(0, row_size), rows_.size());
  } else if (KeyValue& row = rows_[newest->second]; row.key == written.key) {
    undo_.push_back({newest->second, row});
    row = written;
    return;
  }
  Version version;
  if (!first) {
    version.previous = std::exchange(newest->second, rows_.size());
    versions_[version.previous].newest = false;
  }
  undo_.push_back({rows_.size(), std::nullopt});
  rows_.push_back(written);
  versions_.push_back(version);
}

void BulkRows::TakeBack(std::size_t writes) {
  for (; undo_.size() > writes; undo_.pop_back()) {
    const Undo& undo = undo_.back();
    if (undo.before) {
      rows_[undo.row] = *undo.before;
      continue;
    }
    const auto newest = newest_.find(RowOf(rows_[undo.row].key));
    if (const std::size_t previous = versions_[undo.row].previous; previous != kNone) {
      newest->second = previous;
      versions_[previous].newest = true;
    } else {
      newest_.erase(newest);
    }
    rows_.pop_back();
    versions_.pop_back();
  }
  sorted_.reset();
  fault_.reset();  // It was of what is taken back.
}

void BulkRows::Rollback() { TakeBack(commit_begin_); }

void BulkRows::Keep() {
  kept_ = rows_.size();
  undo_.clear();
  commit_begin_ = 0;
}

void BulkRows::Discard() {
  TakeBack(0);
  Keep();
}

std::size_t BulkRows::bytes() const { return memory_->bytes() + rows_.size() * kRowOverhead; }

// A row's versions stand newest first, as their keys have it, so only rows are sorted: table by
// table, since those of most tables are written in order.
std::vector<KeyValue> BulkRows::InOrder() const {
  std::map<std::string_view, std::vector<std::size_t>> tables;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (versions_[i].newest) tables[rows_[i].key.substr(0, kTableBytes)].push_back(i);
  }
  std::vector<KeyValue> sorted;
  sorted.reserve(rows_.size() + 1);
  const auto key = [this](std::size_t row) { return rows_[row].key; };
  for (auto& [table, newest] : tables) {
    if (!std::ranges::is_sorted(newest, {}, key)) std::ranges::sort(newest, {}, key);
    for (std::size_t row : newest) {
      for (; row != kNone; row = versions_[row].previous) sorted.push_back(rows_[row]);
    }
  }
  return sorted;
}

std::shared_ptr<const SortedRun> BulkRows::Sorted() const {
  if (!sorted_) sorted_ = SortedRun::Make(InOrder(), {memory_});
  return sorted_;
}

std::shared_ptr<const SortedRun> BulkRows::SortedWith(std::string_view key,
                                                      std::string_view value) const {
  std::vector<KeyValue> rows = InOrder();
  const auto place = std::ranges::lower_bound(rows, key, {}, &KeyValue::key);
  rows.insert(place, memory_->Copy(key, value, {}));
  return SortedRun::Make(std::move(rows), {memory_});
}

void BulkRows::Clear() {
  memory_ = std::make_shared<RowMemory>();
  rows_.clear();
  versions_.clear();
  newest_.clear();
  kept_ = 0;
  undo_.clear();
  commit_begin_ = 0;
  fault_.reset();
  lookup_.reset();
  sorted_.reset();
}

}  // namespace twinledger::store
