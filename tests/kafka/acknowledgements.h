// What a program was told is done, as the checker of topics (tests/kafka/checker) takes it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "platform/crypto/hash.h"
#include "platform/log/kafka/kafka_address.h"
#include "platform/log/partition.h"

namespace twinledger::testing {

struct Acknowledgement {
  std::string request_id;  // CLIENT-NUMBER
  log::PartitionId partition;
  log::Sequence sequence = 0;
  std::string commit_hash;  // Hex.
};

void WriteAcknowledgements(const std::filesystem::path& file, const log::KafkaAddress& address,
                           const crypto::Hash& founding,
                           const std::vector<Acknowledgement>& acknowledgements);

struct Checked {
  int exit = -1;     // 0: all of it stands there, once and in order, and nothing else does.
  std::string said;  // Counts, and a line for each fault.
};

// Runs the checker, which shares no code with the product, on the topics and the file.
Checked CheckTopics(const std::filesystem::path& file);

}  // namespace twinledger::testing
