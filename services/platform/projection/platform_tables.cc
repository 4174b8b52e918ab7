#include "platform/projection/platform_tables.h"

#include <string>
#include <utility>

namespace twinledger::projection {
namespace {

std::string TwentyDigits(log::Sequence sequence) {
  const std::string digits = std::to_string(sequence);
  return std::string(20 - digits.size(), '0') + digits;
}

}  // namespace

store::RowKey PartitionKey(const log::PartitionId& partition) {
  return {partition.stream, std::to_string(partition.partition)};
}

store::RowKey SequenceKey(const log::PartitionId& partition, log::Sequence sequence) {
  store::RowKey key = PartitionKey(partition);
  key.push_back(TwentyDigits(sequence));
  return key;
}

store::RowKey RequestKey(const log::PartitionId& partition, std::string_view actor,
                         std::string_view request_id) {
  store::RowKey key = PartitionKey(partition);
  key.emplace_back(actor);
  key.emplace_back(request_id);
  return key;
}

store::RowKey ParkedKey(const log::PartitionId& partition, const log::v1::EntityKey& entity) {
  store::RowKey key = PartitionKey(partition);
  key.push_back(entity.type());
  key.push_back(entity.id());
  return key;
}

}  // namespace twinledger::projection
