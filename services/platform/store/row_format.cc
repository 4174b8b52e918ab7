#include "platform/store/row_format.h"

#include <limits>
#include <utility>

#include "platform/crypto/hash.h"

namespace twinledger::store {
namespace {

constexpr char kRow = 0;
constexpr char kDeleted = 1;

void AppendBigEndian(std::uint64_t number, std::size_t bytes, std::string& out) {
  for (std::size_t i = bytes; i-- > 0;) out += static_cast<char>(number >> (8 * i));
}

std::uint64_t BigEndian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
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

}  // namespace

log::Sequence LimitOf(const std::optional<Cut>& cut, const log::PartitionId& partition) {
  if (!cut) return kNewestVersion;
  const auto found = cut->find(partition);
  return found == cut->end() ? 0 : found->second;
}

Result<bool> MoveToVisible(Iterator& at, std::string_view row, const std::optional<Cut>& cut) {
  if (!cut) return true;
  log::PartitionId partition;
  bool deleted = false;
  std::string_view value = at.value();
  if (!DecodeOrigin(value, partition, deleted)) return DamagedRow(at.key());
  const log::Sequence limit = LimitOf(cut, partition);
  if (SequenceOf(at.key()) <= limit) return true;
  std::string newest(row);
  AppendVersion(limit, newest);
  at.Seek(newest);
  if (at.Valid()) return IsVersionOf(at.key(), row);
  TL_TRY_VOID(at.status());
  return false;
}

void AppendRowKey(TableId table, const RowKey& key, std::string& out) {
  std::size_t bytes = out.size() + kTableBytes + kVersionBytes;  // With room for a version.
  for (const std::string& part : key) bytes += part.size() + 2;
  out.reserve(bytes);
  AppendBigEndian(table, kTableBytes, out);
  for (const std::string& part : key) {
    std::string_view rest = part;
    for (std::size_t zero; (zero = rest.find('\0')) != std::string_view::npos;) {
      out += rest.substr(0, zero + 1);
      out += '\xff';
      rest.remove_prefix(zero + 1);
    }
    out += rest;
    out += '\0';
    out += '\x01';
  }
}

void AppendVersion(log::Sequence sequence, std::string& out) {
  AppendBigEndian(~sequence, kVersionBytes, out);
}

void AppendOrigin(const log::PartitionId& partition, bool deleted, std::string& out) {
  TL_CHECK(partition.stream.size() <= std::numeric_limits<std::uint8_t>::max());
  out += deleted ? kDeleted : kRow;
  out += static_cast<char>(partition.stream.size());
  out += partition.stream;
  AppendBigEndian(partition.partition, 2, out);
}

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

log::Sequence SequenceOf(std::string_view key) {
  return ~BigEndian(key.substr(key.size() - kVersionBytes));
}

Result<RowVersion> DecodeVersion(std::string_view key, std::string_view value) {
  RowVersion version;
  if (key.size() < kTableBytes + kVersionBytes ||
      !DecodeOrigin(value, version.partition, version.deleted)) {
    return DamagedRow(key);
  }
  version.sequence = SequenceOf(key);
  version.bytes = value;
  return version;
}

Result<RowVersion> Decode(std::string_view key, std::string_view value) {
  TL_TRY(RowVersion version, DecodeVersion(key, value));
  if (!DecodeRowKey(RowOf(key), version.key)) return DamagedRow(key);
  return version;
}

Result<std::optional<RowVersion>> NewestVersion(Iterator& at, const std::string& row,
                                                const std::optional<Cut>& cut) {
  std::string newest(row);
  AppendVersion(kNewestVersion, newest);
  at.Seek(newest);
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

Error DamagedRow(std::string_view key) {
  const std::string hex = crypto::Hex(key);
  return Error{Code::kDataLoss,
               "the store is damaged at key " + hex + ": rebuild the projection from the log",
               "STORE_DAMAGED",
               {{"key", hex}}};
}

Error RowOfAnotherPartition(std::string_view row, const log::PartitionId& owner,
                            const log::PartitionId& writer) {
  const std::string its = log::ToString(owner);
  const std::string other = log::ToString(writer);
  const std::string key = crypto::Hex(row);
  return Error{Code::kInternal,
               "the projection writes row " + key + " from partition " + other +
                   ", but it belongs to " + its + ": its code must be corrected",
               "ROW_OF_ANOTHER_PARTITION",
               {{"key", key}, {"partition", other}, {"owner", its}}};
}

}  // namespace twinledger::store
