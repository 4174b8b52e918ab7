// Kafka by its client library alone: what the log is held against.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "platform/log/kafka/handle.h"
#include "platform/log/kafka/kafka_address.h"

namespace twinledger::testing {

// Idempotent, acks=all, without a wait for a batch. One record at a time.
class PlainProducer {
 public:
  // With an id, each record is to be in a transaction.
  PlainProducer(const log::KafkaAddress& address, const std::string& topic,
                const std::string& transactional_id = "");

  void Produce(std::uint32_t partition, const std::string& record);  // Until it is acknowledged.
  void ProduceInTransaction(std::uint32_t partition, const std::string& record);

 private:
  const std::unique_ptr<log::KafkaHandle> handle_;
  const log::KafkaTopicHandle topic_;
};

// Consumes the first `records` records of `topic`, with checksums checked.
void ConsumePlainly(
    const log::KafkaAddress& address, const std::string& topic, std::uint32_t partitions,
    std::size_t records,
    const std::function<void(std::uint32_t partition, std::string_view record)>& take);

}  // namespace twinledger::testing
