// The producer behind a session: one instance of the client library, thrown away with it.
//
//   Append (any thread) --> waiting --its thread--> library --> broker
//   callback  <---------------------its thread <-- delivery report, or its time is over
//
// Idempotent, so that the library's own retries land once and in order; nothing of that holds
// between two producers, and nothing here relies on it.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "platform/base/result.h"
#include "platform/log/event_log.h"
#include "platform/log/kafka/handle.h"
#include "platform/log/kafka/kafka_address.h"
#include "platform/log/kafka/kafka_options.h"
#include "platform/log/kafka/topic_guard.h"

namespace twinledger::log {

// Threads: Append and Close from one at a time; the destructor waits for the library.
class Producer {
 public:
  // `guard` must outlive it.
  static Result<std::unique_ptr<Producer>> Open(const KafkaAddress& address,
                                                const KafkaOptions& options, TopicGuard& guard);
  ~Producer();

  void Append(const PartitionId& to, std::string record, AppendCallback done);

  // Abandons what is in flight. No callback runs after it has returned, which is soon.
  void Close();

 private:
  using Deadline = std::chrono::steady_clock::time_point;
  struct Waiting {
    PartitionId to;
    std::string record;
    AppendCallback done;
  };
  struct InFlight {
    PartitionId to;
    AppendCallback done;
    Deadline deadline;
  };

  Producer(KafkaAddress address, const KafkaOptions& options, TopicGuard& guard)
      : address_(std::move(address)), options_(options), guard_(guard) {}

  void Run();
  void Send(Waiting append);
  Result<rd_kafka_topic_t*> TopicFor(const std::string& stream);
  void TakeReports(rd_kafka_event_t* event);
  void GiveUpWhatIsLate();
  void Report(const AppendCallback& done, const AppendOutcome& outcome);
  bool closed() const {
    const absl::MutexLock lock(&mutex_);
    return closed_;
  }

  const KafkaAddress address_;
  const KafkaOptions options_;
  TopicGuard& guard_;
  std::unique_ptr<KafkaHandle> handle_;  // Constant once made.

  // Of the thread.
  std::map<std::string, KafkaTopicHandle> topics_;  // By stream.
  std::map<std::uint64_t, InFlight> in_flight_;     // By number, in order of sending.
  std::uint64_t last_number_ = 0;
  bool broken_ = false;  // The library's instance takes nothing more.

  mutable absl::Mutex mutex_;  // Held while a callback runs.
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  mutable absl::Mutex waiting_mutex_;
  std::vector<Waiting> waiting_ ABSL_GUARDED_BY(waiting_mutex_);
  std::jthread thread_;
};

}  // namespace twinledger::log
