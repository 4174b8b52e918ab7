// Holds a log's topics against what they must be: at opening, and again and again while it is open,
// since anyone with the right may change a topic's settings, delete records or make it anew.
//
// A look that a broker does not answer says nothing. A look that finds something wrong makes
// appends refused and readers end, until a later one finds all right.
//
// Kafka tells this library no id of a topic. One that was deleted and made anew is told by its end:
// it is before what was seen of the old one, or its readers meet another chain.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "platform/base/result.h"
#include "platform/log/kafka/kafka_address.h"
#include "platform/log/kafka/kafka_options.h"
#include "platform/log/kafka/topic_admin.h"
#include "platform/log/partition.h"

namespace twinledger::log {

// Threads: thread-safe, but for Start.
class TopicGuard {
 public:
  // `admin` must outlive it. Without a number of partitions, that of the first topic counts.
  TopicGuard(const TopicAdmin& admin, KafkaAddress address, KafkaTopics topics,
             const KafkaOptions& options);
  ~TopicGuard();

  // FAILED_PRECONDITION, reason WRONG_TOPIC, or NOT_FOUND, reason TOPIC_MISSING; DATA_LOSS, reason
  // LOG_LOST, if records are missing at a partition's beginning or end; UNAVAILABLE if a broker
  // does not tell.
  Result<void> Check();

  // Checks in the background from now on.
  void Start();

  // What the last look found that was answered: UNAVAILABLE for what can be mended, else DATA_LOSS.
  Result<void> Verdict() const;

  // The partition was seen to hold `end` records; and the most that it was ever seen to hold.
  void NoteEnd(const PartitionId& partition, Offset end);
  Offset KnownEnd(const PartitionId& partition) const;

  bool Has(const PartitionId& partition) const;
  std::uint32_t partitions() const;

 private:
  Result<void> Look();
  Result<void> LookAtCopies(const std::string& topic);
  Result<void> LookAtRange(const PartitionId& partition);
  void Run(const std::stop_token& stop);

  const TopicAdmin& admin_;
  const KafkaAddress address_;
  const KafkaOptions options_;
  const std::vector<std::string> streams_;

  mutable absl::Mutex mutex_;
  std::uint32_t partitions_ ABSL_GUARDED_BY(mutex_);
  std::optional<Error> failure_ ABSL_GUARDED_BY(mutex_);
  std::map<PartitionId, Offset> known_ends_ ABSL_GUARDED_BY(mutex_);
  std::jthread thread_;
};

}  // namespace twinledger::log
