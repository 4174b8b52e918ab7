// What others with rights on a cluster may do to a log's topics, by the client library itself.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "platform/log/kafka/handle.h"
#include "platform/log/kafka/kafka_address.h"

namespace twinledger::testing {

using TopicSettings = std::map<std::string, std::string>;

// What a log's topic is made with.
TopicSettings RightSettings(const log::KafkaAddress& address);

class ForeignHand {
 public:
  explicit ForeignHand(const log::KafkaAddress& address);

  void MakeTopic(const std::string& topic, std::uint32_t partitions,
                 const TopicSettings& settings) const;
  void DeleteTopic(const std::string& topic) const;  // And waits until it is gone.

  // All of a topic's settings: those that are not named go back to the cluster's.
  void ChangeSettings(const std::string& topic, const TopicSettings& settings) const;
  rd_kafka_resp_err_t TryToChangeSettings(const std::string& topic,
                                          const TopicSettings& settings) const;

  // Of partition 0.
  void DeleteRecordsBefore(const std::string& topic, std::int64_t offset) const;
  rd_kafka_resp_err_t TryToDeleteRecordsBefore(const std::string& topic, std::int64_t offset) const;

  // A right of one principal ("User:CN=server") on all topics whose names begin so.
  void Grant(const std::string& principal, rd_kafka_AclOperation_t operation,
             const std::string& prefix) const;

  // Each of the records, in order; returns when the brokers have them.
  void Append(const std::string& topic, std::uint32_t partition,
              const std::vector<std::string>& records) const;
  void AppendCopies(const std::string& topic, std::uint32_t partition, const std::string& record,
                    int count) const;

  // One batch of so many records, each of `bytes` zeros, packed by `codec` ("zstd", "gzip", ...).
  void AppendBatch(const std::string& topic, std::uint32_t partition, int records,
                   std::size_t bytes, const std::string& codec) const;

  // One record in a transaction: its marker takes an offset too. Partition 0.
  void AppendInTransaction(const std::string& topic, const std::string& record) const;

 private:
  class Appends;
  log::KafkaEvent Await(const log::KafkaQueue& queue) const;

  const log::KafkaAddress address_;
  const log::KafkaOptions options_;
  const std::unique_ptr<log::KafkaHandle> handle_;
};

}  // namespace twinledger::testing
