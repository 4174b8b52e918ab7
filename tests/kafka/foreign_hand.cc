#include "tests/kafka/foreign_hand.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include "platform/base/check.h"
#include "platform/log/kafka/topic_admin.h"
#include "platform/log/kafka/topic_settings.h"

namespace twinledger::testing {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 30s;
constexpr int kPatienceMs = 30'000;

std::unique_ptr<log::KafkaHandle> Producer(const log::KafkaAddress& address,
                                           const log::KafkaHandle::Properties& properties) {
  auto handle = log::KafkaHandle::New(RD_KAFKA_PRODUCER, address, {}, properties);
  TL_CHECK(handle.ok());
  return *std::move(handle);
}

log::KafkaHandle::Properties WithIdempotence(log::KafkaHandle::Properties properties) {
  properties["enable.idempotence"] = "true";
  return properties;
}

void Need(rd_kafka_resp_err_t error) {
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    std::fprintf(stderr, "%s\n", rd_kafka_err2str(error));
  }
  TL_CHECK(error == RD_KAFKA_RESP_ERR_NO_ERROR);
}

void Need(rd_kafka_error_t* error) {
  if (error != nullptr) std::fprintf(stderr, "%s\n", rd_kafka_error_string(error));
  TL_CHECK(error == nullptr);
}

}  // namespace

// What is on its way, and told of.
class ForeignHand::Appends {
 public:
  Appends(const log::KafkaAddress& address, const std::string& topic, std::uint32_t partition,
          log::KafkaHandle::Properties properties = {{"linger.ms", "5"},
                                                     {"compression.type", "zstd"}})
      : producer_(Producer(address, WithIdempotence(std::move(properties)))),
        partition_(static_cast<std::int32_t>(partition)) {
    auto place = producer_->Topic(topic, kPatience);
    TL_CHECK(place.ok());
    topic_ = *std::move(place);
  }

  void Add(const std::string& record) {
    while (rd_kafka_produce(topic_.get(), partition_, RD_KAFKA_MSG_F_COPY,
                            const_cast<char*>(record.data()), record.size(), nullptr, 0,
                            nullptr) != 0) {
      TL_CHECK(rd_kafka_last_error() == RD_KAFKA_RESP_ERR__QUEUE_FULL);
      Take();
    }
    ++on_their_way_;
  }

  void Finish() {
    while (on_their_way_ > 0) Take();
  }

 private:
  void Take() {
    const log::KafkaEvent event(rd_kafka_queue_poll(producer_->main_queue(), kPatienceMs));
    TL_CHECK(event != nullptr);
    if (rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_DR) return;
    while (const rd_kafka_message_t* message = rd_kafka_event_message_next(event.get())) {
      Need(message->err);
      --on_their_way_;
    }
  }

  const std::unique_ptr<log::KafkaHandle> producer_;
  const std::int32_t partition_;
  log::KafkaTopicHandle topic_;
  int on_their_way_ = 0;
};

TopicSettings RightSettings(const log::KafkaAddress& address) {
  TopicSettings settings;
  for (const log::TopicSetting& needed : log::NeededSettings(address.replication)) {
    settings[needed.name] = needed.value;
  }
  return settings;
}

ForeignHand::ForeignHand(const log::KafkaAddress& address)
    : address_(address), handle_(Producer(address, {})) {}

void ForeignHand::MakeTopic(const std::string& topic, std::uint32_t partitions,
                            const TopicSettings& settings) const {
  std::vector<log::TopicSetting> wanted;
  for (const auto& [name, value] : settings) {
    wanted.push_back({name, value, log::TopicSetting::Rule::kExactly, ""});
  }
  const auto made = log::TopicAdmin(*handle_, address_, options_, kPatience)
                        .Create({topic}, partitions, 1, wanted);
  if (!made.ok()) std::fprintf(stderr, "%s\n", made.error().message.c_str());
  TL_CHECK(made.ok());
}

log::KafkaEvent ForeignHand::Await(const log::KafkaQueue& queue) const {
  log::KafkaEvent event(rd_kafka_queue_poll(queue.get(), kPatienceMs));
  TL_CHECK(event != nullptr);
  Need(rd_kafka_event_error(event.get()));
  return event;
}

void ForeignHand::DeleteTopic(const std::string& topic) const {
  const log::KafkaQueue queue(rd_kafka_queue_new(handle_->get()));
  rd_kafka_DeleteTopic_t* deletion = rd_kafka_DeleteTopic_new(topic.c_str());
  rd_kafka_DeleteTopics(handle_->get(), &deletion, 1, nullptr, queue.get());
  Await(queue);
  rd_kafka_DeleteTopic_destroy(deletion);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  const log::TopicAdmin admin(*handle_, address_, options_, kPatience);
  while (admin.Copies(topic).ok()) TL_CHECK(std::chrono::steady_clock::now() < deadline);
}

void ForeignHand::ChangeSettings(const std::string& topic, const TopicSettings& settings) const {
  Need(TryToChangeSettings(topic, settings));
}

rd_kafka_resp_err_t ForeignHand::TryToChangeSettings(const std::string& topic,
                                                     const TopicSettings& settings) const {
  const log::KafkaQueue queue(rd_kafka_queue_new(handle_->get()));
  rd_kafka_ConfigResource_t* resource =
      rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str());
  for (const auto& [name, value] : settings) {
    Need(rd_kafka_ConfigResource_set_config(resource, name.c_str(), value.c_str()));
  }
  rd_kafka_AlterConfigs(handle_->get(), &resource, 1, nullptr, queue.get());
  rd_kafka_ConfigResource_destroy(resource);
  const log::KafkaEvent event = Await(queue);
  std::size_t count = 0;
  const auto* const* answers = rd_kafka_AlterConfigs_result_resources(
      rd_kafka_event_AlterConfigs_result(event.get()), &count);
  TL_CHECK(count == 1);
  return rd_kafka_ConfigResource_error(answers[0]);
}

void ForeignHand::DeleteRecordsBefore(const std::string& topic, std::int64_t offset) const {
  Need(TryToDeleteRecordsBefore(topic, offset));
}

rd_kafka_resp_err_t ForeignHand::TryToDeleteRecordsBefore(const std::string& topic,
                                                          std::int64_t offset) const {
  const log::KafkaQueue queue(rd_kafka_queue_new(handle_->get()));
  rd_kafka_topic_partition_list_t* places = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(places, topic.c_str(), 0)->offset = offset;
  rd_kafka_DeleteRecords_t* deletion = rd_kafka_DeleteRecords_new(places);
  rd_kafka_topic_partition_list_destroy(places);
  rd_kafka_DeleteRecords(handle_->get(), &deletion, 1, nullptr, queue.get());
  rd_kafka_DeleteRecords_destroy(deletion);
  const log::KafkaEvent event = Await(queue);
  return rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event.get()))
      ->elems[0]
      .err;
}

void ForeignHand::Grant(const std::string& principal, rd_kafka_AclOperation_t operation,
                        const std::string& prefix) const {
  const log::KafkaQueue queue(rd_kafka_queue_new(handle_->get()));
  rd_kafka_AclBinding_t* right = rd_kafka_AclBinding_new(
      RD_KAFKA_RESOURCE_TOPIC, prefix.c_str(), RD_KAFKA_RESOURCE_PATTERN_PREFIXED,
      principal.c_str(), "*", operation, RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, nullptr, 0);
  TL_CHECK(right != nullptr);
  rd_kafka_CreateAcls(handle_->get(), &right, 1, nullptr, queue.get());
  rd_kafka_AclBinding_destroy(right);
  const log::KafkaEvent event = Await(queue);
  std::size_t count = 0;
  const auto** results =
      rd_kafka_CreateAcls_result_acls(rd_kafka_event_CreateAcls_result(event.get()), &count);
  TL_CHECK(count == 1 && rd_kafka_acl_result_error(results[0]) == nullptr);
}

void ForeignHand::Append(const std::string& topic, std::uint32_t partition,
                         const std::vector<std::string>& records) const {
  Appends appends(address_, topic, partition);
  for (const std::string& record : records) appends.Add(record);
  appends.Finish();
}

void ForeignHand::AppendCopies(const std::string& topic, std::uint32_t partition,
                               const std::string& record, int count) const {
  Appends appends(address_, topic, partition);
  for (int i = 0; i < count; ++i) appends.Add(record);
  appends.Finish();
}

void ForeignHand::AppendBatch(const std::string& topic, std::uint32_t partition, int records,
                              std::size_t bytes, const std::string& codec) const {
  // It goes out when the last one is there, long before its time.
  const std::size_t whole = static_cast<std::size_t>(records) * (bytes + 100);
  const std::string limit = std::to_string(std::max<std::size_t>(whole, 1 << 20));
  Appends appends(address_, topic, partition,
                  {{"linger.ms", "60000"},
                   {"compression.type", codec},
                   {"message.max.bytes", limit},
                   {"batch.size", limit},
                   {"batch.num.messages", std::to_string(records)},
                   {"queue.buffering.max.messages", std::to_string(records + 1)},
                   {"queue.buffering.max.kbytes", std::to_string(2 * whole / 1024 + 1024)}});
  const std::string record(bytes, '\0');
  for (int i = 0; i < records; ++i) appends.Add(record);
  appends.Finish();
}

void ForeignHand::AppendInTransaction(const std::string& topic, const std::string& record) const {
  const auto producer = Producer(address_, {{"transactional.id", topic}});
  Need(rd_kafka_init_transactions(producer->get(), kPatienceMs));
  Need(rd_kafka_begin_transaction(producer->get()));
  Need(rd_kafka_producev(producer->get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(0),
                         RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                         RD_KAFKA_V_VALUE(const_cast<char*>(record.data()), record.size()),
                         RD_KAFKA_V_END));
  rd_kafka_event_type_t type = RD_KAFKA_EVENT_NONE;
  while (type != RD_KAFKA_EVENT_DR) {
    const log::KafkaEvent event(rd_kafka_queue_poll(producer->main_queue(), kPatienceMs));
    TL_CHECK(event != nullptr);
    type = rd_kafka_event_type(event.get());
  }
  Need(rd_kafka_commit_transaction(producer->get(), kPatienceMs));
}

}  // namespace twinledger::testing
