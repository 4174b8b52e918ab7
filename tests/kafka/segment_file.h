// What a broker has of one partition on its disk, to be altered while it does not run: a file of
// record batches as Kafka's protocol describes them (version 2), a record in each.
//
//   batch: offset:8 length:4 epoch:4 version:1 crc:4 | attributes:2 last:4 times:16 producer:14
//          count:4 records          numbers are big-endian; the checksum, CRC-32C, begins at the
//          bar
//   record: length attributes:1 time offset key value headers          numbers are zigzag varints
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
