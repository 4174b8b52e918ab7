#include "platform/log/embedded/tails.h"

#include <limits>

#include "platform/base/check.h"
#include "platform/log/event_log.h"

namespace twinledger::log {

PartitionTail TailOf(const Tails& tails, const PartitionId& partition) {
  const auto found = tails.find(partition);
  return found == tails.end() ? PartitionTail{} : found->second;
}

void PutTails(std::string& out, const Tails& tails) {
  PutNumber(out, static_cast<std::uint32_t>(tails.size()));
  for (const auto& [partition, tail] : tails) {
    TL_CHECK(partition.stream.size() <= std::numeric_limits<std::uint8_t>::max());
    PutNumber(out, static_cast<std::uint8_t>(partition.stream.size()));
    out += partition.stream;
    PutNumber(out, partition.partition);
    PutNumber(out, tail.next_offset);
    PutNumber(out, tail.last_sequence);
    out += crypto::Bytes(tail.last_hash);
  }
}

std::optional<Tails> TakeTails(ByteReader& in) {
  Tails tails;
  const auto count = in.Number<std::uint32_t>();
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    PartitionId partition;
    partition.stream = in.Bytes(in.Number<std::uint8_t>());
    partition.partition = in.Number<std::uint32_t>();
    PartitionTail tail;
    tail.next_offset = in.Number<std::uint64_t>();
    tail.last_sequence = in.Number<std::uint64_t>();
    if (!crypto::HashFromBytes(in.Bytes(tail.last_hash.size()), tail.last_hash)) break;
    tails.emplace(std::move(partition), tail);
  }
  if (!in.ok() || tails.size() != count) return std::nullopt;
  return tails;
}

namespace {

// But for the hash.
std::optional<RecordLink> LinkIn(const v1::RecordBody& body) {
  const auto commits = static_cast<std::size_t>(body.commits_size());
  RecordLink link;
  if (commits == 0 || commits > kRecordCommitsMax || body.first_sequence() == 0 ||
      !crypto::HashFromBytes(body.previous_hash(), link.previous)) {
    return std::nullopt;
  }
  link.partition = {body.stream(), body.partition()};
  link.first_sequence = body.first_sequence();
  link.commits = static_cast<std::uint16_t>(commits);
  return link;
}

}  // namespace

std::optional<RecordLink> LinkOf(std::string_view record) {
  v1::Record parsed;
  v1::RecordBody body;
  if (record.size() > kRecordBytesMax ||
      !parsed.ParseFromArray(record.data(), static_cast<int>(record.size())) ||
      !body.ParseFromString(parsed.body())) {
    return std::nullopt;
  }
  std::optional<RecordLink> link = LinkIn(body);
  if (link) link->hash = crypto::Sha256(parsed.body());
  return link;
}

std::optional<RecordLink> LinkOf(const ReadRecord& record) {
  if (!record.parsed()) return LinkOf(record.bytes());  // Not canonical, perhaps.
  std::optional<RecordLink> link = LinkIn(record.body());
  if (link) link->hash = record.hash();
  return link;
}

}  // namespace twinledger::log
