// Reader of a log on Kafka: one consumer without a group, that is told where to begin.
//
// The broker's offsets have no gap where nothing but records was ever appended, so a gap is damage:
// records that were deleted, or the marker of a transaction, which nothing of ours writes.
//
// A batch that the library cannot unpack, or that unpacks to more than it takes, was not made by a
// writer of ours, and its checksum is right: its records are void, whatever they are. The reader
// finds its end, returns that many records that are none, and goes on behind it. What its checksum
// does not fit is damage.
//
// Threads: confined to one.
#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/log/event_log.h"
#include "platform/log/kafka/batch_end_search.h"
#include "platform/log/kafka/handle.h"
#include "platform/log/kafka/kafka_address.h"
#include "platform/log/kafka/kafka_options.h"
#include "platform/log/kafka/retired_handles.h"
#include "platform/log/kafka/topic_admin.h"
#include "platform/log/kafka/topic_guard.h"

namespace twinledger::log {

// What a reader stands on; all of it outlives the reader.
struct KafkaParts {
  const KafkaAddress& address;
  const KafkaOptions& options;
  const TopicAdmin& admin;
  TopicGuard& guard;
  RetiredHandles& retired;
};

class PartitionReader final : public Reader {
 public:
  // OUT_OF_RANGE or DATA_LOSS if a partition does not hold what is before its offset, else
  // UNAVAILABLE.
  static Result<std::unique_ptr<Reader>> Open(const KafkaParts& parts,
                                              const std::vector<ReadFrom>& from);
  ~PartitionReader() override;

  Result<std::vector<StoredRecord>> Next(std::chrono::milliseconds wait) override;

 private:
  // The consumer and what must go before it.
  struct Consumer {
    std::unique_ptr<KafkaHandle> handle;
    std::map<std::string, KafkaTopicHandle> topics;  // By stream.
    KafkaQueue queue;                                // Of all partitions.
  };

  PartitionReader(const KafkaParts& parts, std::shared_ptr<Consumer> consumer)
      : parts_(parts), consumer_(std::move(consumer)) {}

  Result<void> Begin(const ReadFrom& from);
  Result<void> Take(KafkaMessage message, std::vector<StoredRecord>& batch);
  Result<void> TakeError(const rd_kafka_message_t& message, const PartitionId& partition);
  Result<void> MeetOutOfRange(const rd_kafka_message_t& message, const PartitionId& partition);
  Result<void> MeetUnreadable(const rd_kafka_message_t& message, const PartitionId& partition);
  Result<void> MeetAnother(const PartitionId& partition, Offset begin);
  Result<void> GoOnWith(const PartitionId& partition, const BatchEndSearch& search);
  Result<void> ReadFromPlace(const PartitionId& partition, Offset offset);
  bool AddVoid(std::vector<StoredRecord>& batch);
  Offset EndOf(const PartitionId& partition) const;
  PartitionId PartitionOf(const rd_kafka_message_t& message) const;
  Error Damaged(const PartitionId& partition, std::string_view what) const;
  std::string WhatIsGone(const PartitionId& partition) const;

  const KafkaParts parts_;
  std::shared_ptr<Consumer> consumer_;  // Alone, until it is retired.
  std::map<PartitionId, Offset> next_;  // Of each partition, what is to be returned next.
  // Of partitions whose next record is in a batch that cannot be unpacked; then, where it is over.
  std::map<PartitionId, BatchEndSearch> searches_;
  std::map<PartitionId, Offset> void_before_;
  std::optional<Error> failure_;  // Told again at every call.
};

}  // namespace twinledger::log
