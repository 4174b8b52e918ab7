// Where each partition ends, as segment headers and HEAD write it down.
//
//   tails := count u32, entry*
//   entry := stream length u8, stream, partition u32, next offset u64, last sequence u64, hash 32
//   bytes
#pragma once

#include <map>
#include <optional>
#include <string>

#include "platform/crypto/hash.h"
#include "platform/log/chain.h"
#include "platform/log/embedded/byte_order.h"
#include "platform/log/partition.h"

namespace twinledger::log {

// The last stored record of a partition: its last commit's sequence and its body's hash.
struct PartitionTail {
  Offset next_offset = 0;
  Sequence last_sequence = 0;
  crypto::Hash last_hash = kNoHash;

  friend bool operator==(const PartitionTail&, const PartitionTail&) = default;
};

using Tails = std::map<PartitionId, PartitionTail>;

// A partition that holds nothing has no entry.
PartitionTail TailOf(const Tails& tails, const PartitionId& partition);

void PutTails(std::string& out, const Tails& tails);
std::optional<Tails> TakeTails(ByteReader& in);

// What links a record to its predecessor, out of its bytes. Nothing unless they are a record with 1
// to kRecordCommitsMax commits. The signature is not looked at.
struct RecordLink {
  PartitionId partition;
  Sequence first_sequence = 0;
  std::uint16_t commits = 0;
  crypto::Hash previous = kNoHash;
  crypto::Hash hash = kNoHash;

  Sequence last_sequence() const { return first_sequence + commits - 1; }
  bool Follows(const PartitionTail& tail) const {
    return first_sequence == tail.last_sequence + 1 && previous == tail.last_hash;
  }
};
std::optional<RecordLink> LinkOf(std::string_view record);
std::optional<RecordLink> LinkOf(const ReadRecord& record);

}  // namespace twinledger::log
