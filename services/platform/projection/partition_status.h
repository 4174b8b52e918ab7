// What is told of one partition of a projection.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "platform/base/result.h"
#include "platform/log/partition.h"
#include "platform/projection/voids_read.h"
#include "platform/store/key_value.h"

namespace twinledger::projection {

// State of one partition, as metrics, readiness and `projection list` show it.
struct PartitionStatus {
  log::PartitionId partition;
  log::Sequence sequence = 0;
  log::Offset next_offset = 0;
  log::Offset tail = 0;                 // As last asked.
  std::chrono::microseconds behind{0};  // Ago it was last known to hold all of its log.
  std::int64_t record_time_us = 0;
  std::uint64_t rows = 0;
  std::uint64_t voids = 0;  // Of all that was read, now or before the start.
  VoidsRead voids_read;
  std::uint64_t parked = 0;
  std::string digest;  // Hex.
  std::optional<Error> stopped;
  std::optional<Error> no_room;  // Of the disk: nothing is applied until there is.
};

// Adds what the store has of it: sequence, time, rows, parked and digest; or why it cannot be read,
// as what stopped it.
void ReadStored(const store::KeyValueReader& rows, PartitionStatus& status);

}  // namespace twinledger::projection
