// What an adapter asks a cluster about its topics: makes them, and says what they are like.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "platform/base/result.h"
#include "platform/log/kafka/handle.h"
#include "platform/log/kafka/kafka_address.h"
#include "platform/log/kafka/kafka_options.h"
#include "platform/log/kafka/topic_settings.h"
#include "platform/log/partition.h"

namespace twinledger::log {

// From the first record that is there to behind the last one.
struct OffsetRange {
  Offset first = 0;
  Offset end = 0;
};

// How many copies each partition has. UNAVAILABLE while a broker names none of them, or not all: a
// topic that is being made.
Result<std::vector<std::uint32_t>> CopiesIn(const rd_kafka_metadata_topic_t& topic);

// Each question to a broker is given `timeout`. Settings, Copies and End ask one, Range two,
// RangeReaching at most eight and who leads (leadership.h), IsLeader that alone; Create asks one,
// then two of each partition. A fault of the library may double what Settings and Create wait.
//
// Threads: thread-safe.
class TopicAdmin {
 public:
  // All of them outlive it.
  TopicAdmin(const KafkaHandle& handle, const KafkaAddress& address, const KafkaOptions& options,
             std::chrono::milliseconds timeout)
      : handle_(handle), address_(address), options_(options), timeout_(timeout) {}

  // Makes topics and waits until each partition answers; those that are there stay as they are.
  Result<void> Create(const std::vector<std::string>& topics, std::uint32_t partitions,
                      std::uint32_t replication, const std::vector<TopicSetting>& settings) const;

  // Settings by name, the cluster's defaults included.
  Result<std::map<std::string, std::map<std::string, std::string>>> Settings(
      const std::vector<std::string>& topics) const;

  // As CopiesIn. NOT_FOUND, reason TOPIC_MISSING.
  Result<std::vector<std::uint32_t>> Copies(const std::string& topic) const;

  // As the partition's leader says; the end is right also after an acknowledged append. A leader
  // that was just elected, or is still to be, is asked again.
  Result<Offset> End(const std::string& topic, std::uint32_t partition) const {
    return Bound(topic, partition, RD_KAFKA_OFFSET_END);
  }
  Result<OffsetRange> Range(const std::string& topic, std::uint32_t partition) const;

  // The same of a partition that once reached `known`. One that was just elected may not know its
  // own end yet: it is asked three times; then who leads as most brokers say (leadership.h).
  Result<OffsetRange> RangeReaching(const std::string& topic, std::uint32_t partition,
                                    Offset known) const;

  // Whether `broker` is who leads as most brokers say.
  Result<bool> IsLeader(std::int32_t broker, const std::string& topic,
                        std::uint32_t partition) const;

 private:
  Result<Offset> Bound(const std::string& topic, std::uint32_t partition, std::int64_t which) const;
  Result<KafkaEvent> Await(const KafkaQueue& queue, std::string_view what) const;

  const KafkaHandle& handle_;
  const KafkaAddress& address_;
  const KafkaOptions& options_;
  const std::chrono::milliseconds timeout_;
};

}  // namespace twinledger::log
