// What a broker has of one partition on its disk, to be altered while it does not run: a file of
// record batches (record_batch.h), a record in each.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "platform/log/kafka/kafka_address.h"
#include "platform/log/partition.h"

namespace twinledger::testing {

struct StoredBatch {
  std::uint64_t offset = 0;
  std::string signed_header;  // From the attributes to the count, as it was; without compression.
  std::string value;
};

// Threads: confined to one. Aborts the test at what it cannot read.
class SegmentFile {
 public:
  // Of broker 1, which must not run.
  SegmentFile(const log::KafkaAddress& address, const log::PartitionId& partition);

  std::vector<StoredBatch> batches;

  // Stores the batches as a broker would, with right checksums. It makes its index anew.
  void Write() const;

  // Changes one byte of a stored record and nothing else, so that its checksum is wrong.
  void SpoilInPlace(std::size_t batch) const;

 private:
  const std::filesystem::path file_;
};

}  // namespace twinledger::testing
