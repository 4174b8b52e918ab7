#include "platform/projection/consistency.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "platform/base/check.h"
#include "platform/base/planted_bug.h"
#include "platform/projection/cursor.h"
#include "platform/projection/platform_tables.h"

namespace twinledger::projection {
namespace {

constexpr std::size_t kPlaceBytes = 2 + 8;  // Partition and sequence.

// A stream's name is at most 255 bytes, so a longer token is none.
constexpr std::size_t kTokenTextMax = 512;

void AppendBigEndian(std::uint64_t number, std::size_t bytes, std::string& out) {
  for (std::size_t i = bytes; i-- > 0;) out += static_cast<char>(number >> (8 * i));
}

std::uint64_t BigEndian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

bool Decode(std::string_view text, ConsistencyToken& token) {
  std::string bytes;
  if (text.size() > kTokenTextMax ||
      !absl::WebSafeBase64Unescape(absl::string_view(text.data(), text.size()), &bytes)) {
    return false;
  }
  std::string_view rest = bytes;
  if (rest.empty()) return false;
  const std::size_t stream = static_cast<unsigned char>(rest[0]);
  rest.remove_prefix(1);
  if (stream == 0 || rest.size() != stream + kPlaceBytes + sizeof(crypto::Hash)) return false;
  token.partition.stream = rest.substr(0, stream);
  rest.remove_prefix(stream);
  token.partition.partition = static_cast<std::uint32_t>(BigEndian(rest.substr(0, 2)));
  token.sequence = BigEndian(rest.substr(2, 8));
  // One spelling only: else a text that was altered could pass for the token it was made from.
  return crypto::HashFromBytes(rest.substr(kPlaceBytes), token.commit_hash) && token.sequence > 0 &&
         (EncodeToken(token) == text || Planted(PlantedBug::kTokenSpelledTwice));
}

std::string Place(const ConsistencyToken& token) {
  return log::ToString(token.partition) + "/" + std::to_string(token.sequence);
}

Result<std::int64_t> RecordTimeOf(const store::CutReader& rows, const log::PartitionId& partition,
                                  log::Sequence sequence) {
  const store::RowKey key = SequenceKey(partition, sequence);
  TL_TRY(const std::optional<v1::CommitRow> row, rows.Get(kCommits, key));
  if (!row) return store::UnreadableRow(kCommits.name, key);
  return row->record_time_us();
}

}  // namespace

std::string EncodeToken(const ConsistencyToken& token) {
  TL_CHECK(token.partition.stream.size() <= std::numeric_limits<std::uint8_t>::max());
  std::string bytes(1, static_cast<char>(token.partition.stream.size()));
  bytes += token.partition.stream;
  AppendBigEndian(token.partition.partition, 2, bytes);
  AppendBigEndian(token.sequence, 8, bytes);
  bytes += crypto::Bytes(token.commit_hash);
  return absl::WebSafeBase64Escape(bytes);
}

Result<ConsistencyToken> DecodeToken(std::string_view text) {
  ConsistencyToken token;
  if (Decode(text, token)) return token;
  return Error{Code::kInvalidArgument,
               "the consistency token is malformed: pass one as a receipt gave it, or none",
               "TOKEN_MALFORMED",
               {},
               {{"consistency_tokens", "must be the consistency_token of a receipt"}}};
}

Result<void> CheckToken(const store::KeyValueReader& rows, const ConsistencyToken& token) {
  TL_TRY(const std::optional<v1::CommitRow> row,
         store::CutReader(rows).Get(kCommits, SequenceKey(token.partition, token.sequence)));
  if (row && row->hash() == crypto::Bytes(token.commit_hash)) return {};
  return Error{Code::kDataLoss,
               "the log does not hold the commit that was acknowledged at " + Place(token) +
                   ": it was rolled back to an older copy, or has lost or changed what it "
                   "acknowledged; keep the token and tell an operator",
               "TOKEN_MISMATCH",
               {{"position", Place(token)},
                {"expected_hash", crypto::Hex(token.commit_hash)},
                {"found_hash", row ? crypto::Hex(row->hash()) : ""}}};
}

Result<store::Cut> CutOf(const store::KeyValueReader& rows, const log::Founding& founding,
                         const std::vector<std::string>& streams) {
  store::Cut cut;
  for (const std::string& stream : streams) {
    for (std::uint32_t i = 0; i < founding.root.partitions(); ++i) {
      const log::PartitionId partition{stream, i};
      TL_TRY(const Cursor cursor, ReadCursor(rows, partition));
      cut[partition] = cursor.chain.sequence;
    }
  }
  return cut;
}

Result<store::Cut> CutAt(const store::KeyValueReader& rows, const store::Cut& within,
                         WallTime time) {
  const std::int64_t time_us = time.time_since_epoch().count();
  const store::CutReader reader(rows);
  store::Cut cut;
  for (const auto& [partition, end] : within) {
    // Record times never go back, so the answer lies between what is known to be early enough and
    // what is known to be too late.
    log::Sequence early = 0;
    log::Sequence late = end + 1;
    while (late - early > 1) {
      const log::Sequence middle = early + (late - early) / 2;
      TL_TRY(const std::int64_t recorded_us, RecordTimeOf(reader, partition, middle));
      (recorded_us <= time_us ? early : late) = middle;
    }
    cut[partition] = early;
  }
  return cut;
}

}  // namespace twinledger::projection
