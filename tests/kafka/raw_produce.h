// A Produce request as the protocol describes it (version 7), for batches that no client library
// makes.
#pragma once

#include <cstdint>
#include <string>

#include "platform/log/kafka/kafka_address.h"
#include "platform/log/partition.h"

namespace twinledger::testing {

struct ProduceAnswer {
  std::int64_t error = 0;    // As the protocol numbers them; 0 for none.
  std::int64_t offset = -1;  // Of the first record.
};
inline constexpr std::int64_t kUnknownServerError = -1;

// To the only broker of the address. Waits for its answer; fails the test if there is none.
ProduceAnswer ProduceBatch(const log::KafkaAddress& address, const log::PartitionId& partition,
                           const std::string& batch);

}  // namespace twinledger::testing
