#include "tests/benchmarks/plain_kafka.h"

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <cstdio>
#include <utility>

#include "platform/base/check.h"

namespace twinledger::testing {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 30s;
constexpr int kPatienceMs = 30'000;

template <class T>
T Value(Result<T> result) {
  if (!result) std::fprintf(stderr, "%s\n", result.error().message.c_str());
  TL_CHECK(result.ok());
  return *std::move(result);
}

void Need(rd_kafka_error_t* error) {
  if (error != nullptr) std::fprintf(stderr, "%s\n", rd_kafka_error_string(error));
  TL_CHECK(error == nullptr);
}

std::unique_ptr<log::KafkaHandle> Producer(const log::KafkaAddress& address,
                                           const std::string& transactional_id) {
  log::KafkaHandle::Properties properties{
      {"enable.idempotence", "true"}, {"acks", "all"}, {"linger.ms", "0"}};
  if (!transactional_id.empty()) properties["transactional.id"] = transactional_id;
  auto handle = Value(log::KafkaHandle::New(RD_KAFKA_PRODUCER, address, {}, properties));
  if (!transactional_id.empty()) Need(rd_kafka_init_transactions(handle->get(), kPatienceMs));
  return handle;
}

}  // namespace

PlainProducer::PlainProducer(const log::KafkaAddress& address, const std::string& topic,
                             const std::string& transactional_id)
    : handle_(Producer(address, transactional_id)),
      topic_(Value(handle_->Topic(topic, kPatience))) {}

void PlainProducer::Produce(std::uint32_t partition, const std::string& record) {
  TL_CHECK(rd_kafka_produce(topic_.get(), static_cast<std::int32_t>(partition), RD_KAFKA_MSG_F_COPY,
                            const_cast<char*>(record.data()), record.size(), nullptr, 0,
                            nullptr) == 0);
  rd_kafka_event_type_t type = RD_KAFKA_EVENT_NONE;
  while (type != RD_KAFKA_EVENT_DR) {
    const log::KafkaEvent event(rd_kafka_queue_poll(handle_->main_queue(), kPatienceMs));
    TL_CHECK(event != nullptr);
    type = rd_kafka_event_type(event.get());
    if (type != RD_KAFKA_EVENT_DR) continue;
    TL_CHECK(rd_kafka_event_message_next(event.get())->err == RD_KAFKA_RESP_ERR_NO_ERROR);
  }
}

void PlainProducer::ProduceInTransaction(std::uint32_t partition, const std::string& record) {
  Need(rd_kafka_begin_transaction(handle_->get()));
  Produce(partition, record);
  Need(rd_kafka_commit_transaction(handle_->get(), kPatienceMs));
}

void ConsumePlainly(
    const log::KafkaAddress& address, const std::string& topic, std::uint32_t partitions,
    std::size_t records,
    const std::function<void(std::uint32_t partition, std::string_view record)>& take) {
  const auto handle = Value(log::KafkaHandle::New(
      RD_KAFKA_CONSUMER, address, {},
      {{"check.crcs", "true"}, {"enable.auto.commit", "false"}, {"fetch.wait.max.ms", "100"}}));
  const log::KafkaTopicHandle place = Value(handle->Topic(topic, kPatience));
  const log::KafkaQueue queue(rd_kafka_queue_new(handle->get()));
  for (std::uint32_t i = 0; i < partitions; ++i) {
    TL_CHECK(rd_kafka_consume_start_queue(place.get(), static_cast<std::int32_t>(i), 0,
                                          queue.get()) == 0);
  }
  while (records > 0) {
    const log::KafkaMessage message(rd_kafka_consume_queue(queue.get(), kPatienceMs));
    TL_CHECK(message != nullptr);
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    take(static_cast<std::uint32_t>(message->partition),
         {static_cast<const char*>(message->payload), message->len});
    --records;
  }
  for (std::uint32_t i = 0; i < partitions; ++i) {
    rd_kafka_consume_stop(place.get(), static_cast<std::int32_t>(i));
  }
}

}  // namespace twinledger::testing
