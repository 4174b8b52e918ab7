#include "platform/log/partition.h"

#include "platform/crypto/hash.h"

namespace twinledger::log {

std::string ToString(const PartitionId& id) {
  return id.stream + "/" + std::to_string(id.partition);
}

std::uint32_t PartitionOf(const v1::EntityKey& key, std::uint32_t partitions) {
  const crypto::Hash hash = crypto::Sha256({key.type(), std::string_view("\0", 1), key.id()});
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) number = number << 8 | hash[i];
  return static_cast<std::uint32_t>(number % partitions);
}

}  // namespace twinledger::log
