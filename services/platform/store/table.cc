#include "platform/store/table.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "platform/crypto/hash.h"
#include "platform/store/layered.h"

namespace twinledger::store {
namespace {

constexpr std::size_t kTableBytes = 2;
constexpr std::size_t kVersionBytes = 8;
constexpr log::Sequence kNewest = std::numeric_limits<log::Sequence>::max();
constexpr char kRow = 0;
constexpr char kDeleted = 1;

Error Damaged(std::string_view key) {
  const std::string hex = crypto::Hex(key);
  return Error{Code::kDataLoss,
               "the store is damaged at key " + hex + ": rebuild the projection from the log",
               "STORE_DAMAGED",
               {{"key", hex}}};
}

void AppendBigEndian(std::uint64_t number, std::size_t bytes, std::string& out) {
  for (std::size_t i = bytes; i-- > 0;) out += static_cast<char>(number >> (8 * i));
}

std::uint64_t BigEndian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

std::string WithVersion(std::string row, log::Sequence sequence) {
  AppendBigEndian(~sequence, kVersionBytes, row);
  return row;
}

bool IsVersionOf(std::string_view key, std::string_view row) {
  return key.size() == row.size() + kVersionBytes && key.starts_with(row);
}

log::Sequence SequenceOf(std::string_view key) {
  return ~BigEndian(key.substr(key.size() - kVersionBytes));
}

bool DecodeRowKey(std::string_view encoded, RowKey& key) {
  std::string part;
  for (std::size_t i = kTableBytes; i < encoded.size(); ++i) {
    if (encoded[i] != '\0') {
      part += encoded[i];
      continue;
    }
    if (++i == encoded.size()) return false;
    if (encoded[i] == '\xff') {
      part += '\0';
    } else if (encoded[i] == '\x01') {
      key.push_back(std::exchange(part, {}));
    } else {
      return false;
    }
  }
  return part.empty();
}

std::string EncodeValue(const log::PartitionId& partition, bool deleted, std::string_view bytes) {
  TL_CHECK(partition.stream.size() <= std::numeric_limits<std::uint8_t>::max());
  std::string value;
  value.reserve(4 + partition.stream.size() + bytes.size());
  value += deleted ? kDeleted : kRow;
  value += static_cast<char>(partition.stream.size());
  value += partition.stream;
  AppendBigEndian(partition.partition, 2, value);
  value += bytes;
  return value;
}

// Takes the part of the value before the row off it.
bool DecodeOrigin(std::string_view& value, log::PartitionId& partition, bool& deleted) {
  if (value.size() < 2 || (value[0] != kRow && value[0] != kDeleted)) return false;
  const auto length = static_cast<unsigned char>(value[1]);
  if (value.size() < 4u + length) return false;
  deleted = value[0] == kDeleted;
  partition.stream = value.substr(2, length);
  partition.partition = static_cast<std::uint32_t>(BigEndian(value.substr(2u + length, 2)));
  value.remove_prefix(4u + length);
  return true;
}

// All but the row's key.
Result<RowVersion> DecodeVersion(std::string_view key, std::string_view value) {
  RowVersion version;
  if (key.size() < kTableBytes + kVersionBytes ||
      !DecodeOrigin(value, version.partition, version.deleted)) {
    return Damaged(key);
  }
  version.sequence = SequenceOf(key);
  version.bytes = value;
  return version;
}

Result<RowVersion> Decode(std::string_view key, std::string_view value) {
  TL_TRY(RowVersion version, DecodeVersion(key, value));
  if (!DecodeRowKey(key.substr(0, key.size() - kVersionBytes), version.key)) return Damaged(key);
  return version;
}

log::Sequence LimitOf(const std::optional<Cut>& cut, const log::PartitionId& partition) {
  if (!cut) return kNewest;
  const auto found = cut->find(partition);
  return found == cut->end() ? 0 : found->second;
}

// Moves `at`, which stands at the newest version of `row`, to the newest within the cut. False if
// there is none. One move suffices: all versions of a row are of one partition.
Result<bool> MoveToVisible(Iterator& at, std::string_view row, const std::optional<Cut>& cut) {
  if (!cut) return true;
  log::PartitionId partition;
  bool deleted = false;
  std::string_view value = at.value();
  if (!DecodeOrigin(value, partition, deleted)) return Damaged(at.key());
  const log::Sequence limit = LimitOf(cut, partition);
  if (SequenceOf(at.key()) <= limit) return true;
  at.Seek(WithVersion(std::string(row), limit));
  if (at.Valid()) return IsVersionOf(at.key(), row);
  TL_TRY_VOID(at.status());
  return false;
}

// Newest version within the cut, deleted or not; without the row's key, which the caller has.
Result<std::optional<RowVersion>> NewestVersion(Iterator& at, const std::string& row,
                                                const std::optional<Cut>& cut) {
  at.Seek(row);  // No key lies between a row's and those of its versions.
  if (!at.Valid()) TL_TRY_VOID(at.status());
  if (!at.Valid() || !IsVersionOf(at.key(), row)) return std::optional<RowVersion>();
  TL_TRY(const bool visible, MoveToVisible(at, row, cut));
  if (!visible) return std::optional<RowVersion>();
  TL_TRY(RowVersion version, DecodeVersion(at.key(), at.value()));
  return std::optional<RowVersion>(std::move(version));
}

std::optional<RowVersion> Found(std::optional<RowVersion> version, const RowKey& key) {
  if (!version || version->deleted) return std::nullopt;
  version->key = key;
  return version;
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
  std::size_t bytes = kTableBytes + kVersionBytes;  // With room for a version.
  for (const std::string& part : key) bytes += part.size() + 2;
  std::string encoded;
  encoded.reserve(bytes);
  AppendBigEndian(table, kTableBytes, encoded);
  for (const std::string& part : key) {
    std::string_view rest = part;
    for (std::size_t zero; (zero = rest.find('\0')) != std::string_view::npos;) {
      encoded += rest.substr(0, zero + 1);
      encoded += '\xff';
      rest.remove_prefix(zero + 1);
    }
    encoded += rest;
    encoded += '\0';
    encoded += '\x01';
  }
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
  const std::unique_ptr<Iterator> at = source_.NewIterator();
  TL_TRY(std::optional<RowVersion> version, NewestVersion(*at, EncodeRowKey(table, key), cut_));
  return Found(std::move(version), key);
}

Result<void> CutReader::Scan(TableId table, const RowKey& prefix, const RowKey& from,
                             const std::function<bool(RowVersion)>& visit) const {
  const std::string bound = EncodeRowKey(table, prefix);
  const std::unique_ptr<Iterator> at = source_.NewIterator();
  at->Seek(std::max(bound, EncodeRowKey(table, from)));
  while (at->Valid() && at->key().starts_with(bound)) {
    if (at->key().size() < kTableBytes + kVersionBytes) return Damaged(at->key());
    const std::string row(at->key().substr(0, at->key().size() - kVersionBytes));
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
  const std::unique_ptr<Iterator> at = source_.NewIterator();
  for (at->Seek(row); at->Valid() && IsVersionOf(at->key(), row); at->Next()) {
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

Result<std::optional<RowVersion>> Overlay::NewestBelow(const std::string& row) const {
  if (!lookup_) lookup_ = below_.NewIterator();
  return NewestVersion(*lookup_, row, std::nullopt);
}

Result<std::optional<RowVersion>> Overlay::Find(TableId table, const RowKey& key) const {
  std::string row = EncodeRowKey(table, key);
  if (const auto found = batch_.lower_bound(row);
      found != batch_.end() && IsVersionOf(found->first, row)) {
    TL_TRY(RowVersion version, DecodeVersion(found->first, *found->second));
    return Found(std::move(version), key);
  }
  TL_TRY(std::optional<RowVersion> version, NewestBelow(row));
  looked_up_ = Owner{std::move(row), version ? std::optional(version->partition) : std::nullopt};
  return Found(std::move(version), key);
}

Result<std::optional<log::PartitionId>> Overlay::OwnerOf(const std::string& row) const {
  if (const auto found = batch_.lower_bound(row);
      found != batch_.end() && IsVersionOf(found->first, row)) {
    log::PartitionId partition;
    bool deleted = false;
    std::string_view value = *found->second;
    if (!DecodeOrigin(value, partition, deleted)) return Damaged(found->first);
    return std::optional(std::move(partition));
  }
  if (looked_up_ && looked_up_->row == row) return looked_up_->partition;
  TL_TRY(const std::optional<RowVersion> version, NewestBelow(row));
  return version ? std::optional(version->partition) : std::nullopt;
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
  const std::string owner = log::ToString(**found);
  const std::string writer = log::ToString(partition_);
  const std::string key = crypto::Hex(row);
  fault_ = Error{Code::kInternal,
                 "the projection writes row " + key + " from partition " + writer +
                     ", but it belongs to " + owner + ": its code must be corrected",
                 "ROW_OF_ANOTHER_PARTITION",
                 {{"key", key}, {"partition", writer}, {"owner", owner}}};
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
  at->second = EncodeValue(partition_, deleted, bytes);
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
  looked_up_.reset();
}

}  // namespace twinledger::store
