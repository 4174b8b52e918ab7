#include "platform/store/table.h"

#include <algorithm>
#include <utility>

#include "platform/store/layered.h"
#include "platform/store/row_format.h"

namespace twinledger::store {
namespace {

std::string WithVersion(std::string row, log::Sequence sequence) {
  AppendVersion(sequence, row);
  return row;
}

void SkipVersions(Iterator& at, const std::string& row) {
  // Most rows have few versions, and a step is cheaper than a seek.
  for (int steps = 0; steps < 4; ++steps) {
    if (!at.Valid() || !IsVersionOf(at.key(), row)) return;
    at.Next();
  }
  if (at.Valid() && IsVersionOf(at.key(), row)) at.Seek(WithVersion(row, 0));
}

}  // namespace

std::string EncodeRowKey(TableId table, const RowKey& key) {
  std::string encoded;
  AppendRowKey(table, key, encoded);
  return encoded;
}

std::string EncodeVersionKey(TableId table, const RowKey& key, log::Sequence sequence) {
  return WithVersion(EncodeRowKey(table, key), sequence);
}

Error UnreadableRow(std::string_view table, const RowKey& key) {
  std::string path;
  for (const std::string& part : key) path += (path.empty() ? "" : "/") + part;
  return Error{Code::kDataLoss,
               "row " + path + " of table " + std::string(table) +
                   " does not parse: rebuild the projection from the log",
               "STORE_DAMAGED",
               {{"table", std::string(table)}, {"key", path}}};
}

CutReader::CutReader(const KeyValueReader& source, std::optional<Cut> cut)
    : source_(source), cut_(std::move(cut)) {}

Result<std::optional<RowVersion>> CutReader::Find(TableId table, const RowKey& key) const {
  const std::unique_ptr<Iterator> at = source_.NewLookup();
  TL_TRY(std::optional<RowVersion> version, NewestVersion(*at, EncodeRowKey(table, key), cut_));
  return Found(std::move(version), key);
}

Result<void> CutReader::Scan(TableId table, const RowKey& prefix, const RowKey& from,
                             const std::function<bool(RowVersion)>& visit) const {
  const std::string bound = EncodeRowKey(table, prefix);
  const std::unique_ptr<Iterator> at = source_.NewIterator();
  at->Seek(std::max(bound, EncodeRowKey(table, from)));
  while (at->Valid() && at->key().starts_with(bound)) {
    if (at->key().size() < kTableBytes + kVersionBytes) return DamagedRow(at->key());
    const std::string row(RowOf(at->key()));
    TL_TRY(const bool visible, MoveToVisible(*at, row, cut_));
    if (visible) {
      TL_TRY(RowVersion version, Decode(at->key(), at->value()));
      if (!version.deleted && !visit(std::move(version))) return {};
    }
    SkipVersions(*at, row);
  }
  return at->status();
}

Result<void> CutReader::Versions(TableId table, const RowKey& key,
                                 const std::function<bool(RowVersion)>& visit) const {
  const std::string row = EncodeRowKey(table, key);
  const std::unique_ptr<Iterator> at = source_.NewLookup();
  for (at->Seek(WithVersion(row, kNewestVersion)); at->Valid() && IsVersionOf(at->key(), row);
       at->Next()) {
    TL_TRY(RowVersion version, Decode(at->key(), at->value()));
    if (version.sequence > LimitOf(cut_, version.partition)) continue;
    if (!visit(std::move(version))) return {};
  }
  return at->status();
}

Overlay::Overlay(const KeyValueReader& below) : below_(below) {}

void Overlay::Begin(const log::PartitionId& partition, log::Sequence sequence) {
  partition_ = partition;
  sequence_ = sequence;
  undo_.clear();
}

Result<const std::optional<RowVersion>*> Overlay::NewestBelow(std::string row) const {
  if (const auto known = found_below_.find(row); known != found_below_.end()) {
    return &known->second;
  }
  static const std::optional<RowVersion> none;
  if (!below_.MayHold(row)) return &none;
  if (!lookup_) lookup_ = below_.NewLookup();
  TL_TRY(std::optional<RowVersion> version, NewestVersion(*lookup_, row, std::nullopt));
  return &found_below_.emplace(std::move(row), std::move(version)).first->second;
}

Result<std::optional<RowVersion>> Overlay::Find(TableId table, const RowKey& key) const {
  std::string row = EncodeRowKey(table, key);
  if (const auto found = batch_.lower_bound(row);
      found != batch_.end() && IsVersionOf(found->first, row)) {
    TL_TRY(RowVersion version, DecodeVersion(found->first, *found->second));
    return Found(std::move(version), key);
  }
  TL_TRY(const std::optional<RowVersion>* version, NewestBelow(std::move(row)));
  return Found(*version, key);
}

Result<std::optional<log::PartitionId>> Overlay::OwnerOf(const std::string& row) const {
  if (const auto found = batch_.lower_bound(row);
      found != batch_.end() && IsVersionOf(found->first, row)) {
    log::PartitionId partition;
    bool deleted = false;
    std::string_view value = *found->second;
    if (!DecodeOrigin(value, partition, deleted)) return DamagedRow(found->first);
    return std::optional(std::move(partition));
  }
  TL_TRY(const std::optional<RowVersion>* version, NewestBelow(row));
  return *version ? std::optional((*version)->partition) : std::nullopt;
}

Result<void> Overlay::Scan(TableId table, const RowKey& prefix, const RowKey& from,
                           const std::function<bool(RowVersion)>& visit) const {
  return CutReader(Layered(batch_, below_)).Scan(table, prefix, from, visit);
}

void Overlay::PutBytes(TableId table, const RowKey& key, std::string bytes) {
  Write(table, key, false, bytes);
}

void Overlay::Delete(TableId table, const RowKey& key) { Write(table, key, true, {}); }

void Overlay::CheckOwner(const std::string& row) {
  const Result<std::optional<log::PartitionId>> found = OwnerOf(row);
  if (!found.ok()) {
    fault_ = found.error();
    return;
  }
  if (!*found || **found == partition_) return;
  fault_ = RowOfAnotherPartition(row, **found, partition_);
}

void Overlay::Write(TableId table, const RowKey& key, bool deleted, std::string_view bytes) {
  std::string row = EncodeRowKey(table, key);
  // Only a module's key may fail to imply its partition.
  if (table >= kModuleTables && !fault_) CheckOwner(row);
  if (fault_) return;
  const auto [at, inserted] = batch_.try_emplace(WithVersion(std::move(row), sequence_));
  std::optional<std::optional<std::string>> before;
  if (!inserted) before.emplace(std::move(at->second));
  undo_.emplace_back(at, std::move(before));
  std::string value;
  value.reserve(4 + partition_.stream.size() + bytes.size());
  AppendOrigin(partition_, deleted, value);
  value += bytes;
  at->second = std::move(value);
}

void Overlay::Rollback() {
  for (; !undo_.empty(); undo_.pop_back()) {
    auto& [at, before] = undo_.back();
    if (before) {
      at->second = std::move(*before);
    } else {
      batch_.erase(at);
    }
  }
  fault_.reset();  // It was of the commit that is taken back.
}

Batch Overlay::Take() {
  Batch taken = std::move(batch_);
  Clear();
  return taken;
}

void Overlay::Clear() {
  batch_.clear();
  undo_.clear();
  fault_.reset();
  lookup_.reset();
  found_below_.clear();
}

}  // namespace twinledger::store
