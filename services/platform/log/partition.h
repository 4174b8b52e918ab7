// Names in the log: streams, partitions, offsets, positions.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "twinledger/log/v1/record.pb.h"

namespace twinledger::log {

// One partition of one stream: the unit of order. Streams are short ASCII names: "registry".
struct PartitionId {
  std::string stream;
  std::uint32_t partition = 0;

  friend auto operator<=>(const PartitionId&, const PartitionId&) = default;
};

std::string ToString(const PartitionId& id);  // "registry/3"

// Place of a record in a partition as one adapter counts: 0, 1, 2 ... without a gap, void records
// included. Means nothing in another adapter; sequence and hash do.
using Offset = std::uint64_t;

// Number of a commit in its partition, from 1; 0 stands before the first.
using Sequence = std::uint64_t;

// Where the entity's commits stand, out of `partitions`.
std::uint32_t PartitionOf(const v1::EntityKey& key, std::uint32_t partitions);

}  // namespace twinledger::log
