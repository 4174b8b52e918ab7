// The event log on Kafka: a topic a stream, a Kafka partition a partition, a message a record.
//
// No transactions, no consumer groups, no leader of ours: the chain rule (chain.h) makes of plain
// appends what the log needs. Any number of processes may write. An append that a broker did not
// acknowledge in time is ambiguous and may land later.
//
// Topics are checked at opening and every minute: topic_settings.h, topic_guard.h.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/log/event_log.h"
#include "platform/log/kafka/kafka_address.h"
#include "platform/log/kafka/kafka_options.h"

namespace twinledger::log {

// Threads: thread-safe.
class KafkaLog final : public EventLog {
 public:
  // Makes the topics of a log that holds nothing, or the rest of them after a crash.
  // ALREADY_EXISTS, reason LOG_EXISTS, if any of them holds a record.
  static Result<void> Create(const KafkaAddress& address, const KafkaTopics& topics,
                             const KafkaOptions& options = {});

  // Opens a log whose topics are as they must be. Without a number of partitions, that of the first
  // topic counts for all. FAILED_PRECONDITION, reason WRONG_TOPIC, names every setting that is
  // wrong; NOT_FOUND, reason TOPIC_MISSING; DATA_LOSS where records were deleted.
  static Result<std::unique_ptr<KafkaLog>> Open(const KafkaAddress& address,
                                                const KafkaTopics& topics,
                                                const KafkaOptions& options = {});

  ~KafkaLog() override;

  Result<std::unique_ptr<AppendSession>> OpenSession() override;
  Result<std::unique_ptr<Reader>> OpenReader(std::vector<ReadFrom> from) override;
  Result<Offset> Tail(const PartitionId& partition) override;

  // Whether the topics were all right when they were last looked at. While not, nothing is appended
  // or read; UNAVAILABLE if it can be mended, with the reason that Open would give. For readiness.
  Result<void> Verdict() const override;

  // Looks at the topics at once.
  Result<void> Check();

  std::uint32_t partitions() const;  // Of every stream.

 private:
  struct Parts;
  explicit KafkaLog(std::unique_ptr<Parts> parts);

  const std::unique_ptr<Parts> parts_;
};

}  // namespace twinledger::log
