#include "platform/projection/platform_tables.h"

#include <string>
#include <utility>

namespace twinledger::projection {
namespace {

std::string TwentyDigits(log::Sequence sequence) {
  std::string digits(20, '0');
  for (auto at = digits.rbegin(); sequence > 0; sequence /= 10, ++at) {
    *at = static_cast<char>('0' + sequence % 10);
  }
  return digits;
}

store::RowKey KeyWithin(const log::PartitionId& partition, std::size_t parts) {
  store::RowKey key;
  key.reserve(2 + parts);
  key.push_back(partition.stream);
  key.push_back(std::to_string(partition.partition));
  return key;
}

}  // namespace

store::RowKey PartitionKey(const log::PartitionId& partition) { return KeyWithin(partition, 0); }

store::RowKey SequenceKey(const log::PartitionId& partition, log::Sequence sequence) {
  store::RowKey key = KeyWithin(partition, 1);
  key.push_back(TwentyDigits(sequence));
  return key;
}

store::RowKey RequestKey(const log::PartitionId& partition, std::string_view actor,
                         std::string_view request_id) {
  store::RowKey key = KeyWithin(partition, 2);
  key.emplace_back(actor);
  key.emplace_back(request_id);
  return key;
}

store::RowKey ParkedKey(const log::PartitionId& partition, const log::v1::EntityKey& entity) {
  store::RowKey key = KeyWithin(partition, 2);
  key.push_back(entity.type());
  key.push_back(entity.id());
  return key;
}

}  // namespace twinledger::projection
