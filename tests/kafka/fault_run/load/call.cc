#include "tests/kafka/fault_run/load/call.h"

#include "platform/base/uuid.h"
#include "platform/crypto/system_random.h"
#include "platform/log/partition.h"

namespace twinledger::faults {

std::uint32_t PartitionOf(const std::string& type, const std::string& id) {
  log::v1::EntityKey key;
  key.set_type(type);
  key.set_id(id);
  return log::PartitionOf(key, kPartitions);
}

std::string NewUuid() {
  crypto::SystemRandom random;
  return RandomUuid(random);
}

}  // namespace twinledger::faults
