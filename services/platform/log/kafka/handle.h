// One instance of the client library: a producer, a consumer or neither, with its topics.
#pragma once

#include <absl/synchronization/mutex.h>
#include <librdkafka/rdkafka.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"
#include "platform/log/kafka/kafka_address.h"
#include "platform/log/kafka/kafka_options.h"

namespace twinledger::log {

// Between two questions to a broker that has just gone, or a leader that is being elected.
inline constexpr std::chrono::milliseconds kAskAgain{50};

// A C handle and how it is destroyed.
template <auto Destroy>
struct Destroyer {
  template <class Handle>
  void operator()(Handle* handle) const {
    Destroy(handle);
  }
};
using KafkaTopicHandle = std::unique_ptr<rd_kafka_topic_t, Destroyer<rd_kafka_topic_destroy>>;
using KafkaQueue = std::unique_ptr<rd_kafka_queue_t, Destroyer<rd_kafka_queue_destroy>>;
using KafkaEvent = std::unique_ptr<rd_kafka_event_t, Destroyer<rd_kafka_event_destroy>>;
using KafkaMessage = std::unique_ptr<rd_kafka_message_t, Destroyer<rd_kafka_message_destroy>>;
using KafkaMetadata =
    std::unique_ptr<const rd_kafka_metadata_t, Destroyer<rd_kafka_metadata_destroy>>;

// Threads: thread-safe, but for its destruction, which waits for the library's threads.
class KafkaHandle {
 public:
  using Properties = std::map<std::string, std::string>;
  using LogLine = std::function<void(std::string_view line)>;

  // INVALID_ARGUMENT or UNAUTHENTICATED if the library does not take `properties`, the address's
  // or the files that they name.
  static Result<std::unique_ptr<KafkaHandle>> New(rd_kafka_type_t type, const KafkaAddress& address,
                                                  const KafkaOptions& options,
                                                  const Properties& properties);
  // What asks about topics and where they end. A consumer, since only one is asked where a log ends
  // for those who do not wait for transactions.
  static Result<std::unique_ptr<KafkaHandle>> NewAsker(const KafkaAddress& address,
                                                       const KafkaOptions& options);
  ~KafkaHandle();
  KafkaHandle(const KafkaHandle&) = delete;
  KafkaHandle& operator=(const KafkaHandle&) = delete;

  rd_kafka_t* get() const { return handle_; }
  rd_kafka_queue_t* main_queue() const { return main_queue_.get(); }

  // A topic that the brokers were asked about: one that the library knows nothing of yet would wait
  // for its next round of questions, a second later.
  Result<KafkaTopicHandle> Topic(const std::string& name, std::chrono::milliseconds timeout) const;

  // Which brokers lead the topic's partitions. NOT_FOUND, reason TOPIC_MISSING.
  Result<KafkaMetadata> Metadata(const std::string& name, rd_kafka_topic_t* topic,
                                 std::chrono::milliseconds timeout) const;

 private:
  explicit KafkaHandle(const KafkaOptions& options) : log_(options.log) {}

  static void WriteLine(const rd_kafka_t* handle, int level, const char* facility,
                        const char* text);
  // What a broker said that refused the password, since one last answered.
  std::string Refusal() const;
  void SetRefusal(std::string text) const;

  const LogLine log_;
  mutable absl::Mutex mutex_;
  mutable std::string refusal_ ABSL_GUARDED_BY(mutex_);
  rd_kafka_t* handle_ = nullptr;  // Constant once made.
  KafkaQueue main_queue_;
};

// Where Metadata of one topic stands.
inline const rd_kafka_metadata_topic_t& TopicOf(const KafkaMetadata& metadata) {
  return metadata->topics[0];
}

}  // namespace twinledger::log
