#include "platform/log/kafka/topic_admin.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <thread>

#include "platform/log/kafka/kafka_error.h"
#include "platform/log/kafka/leadership.h"

namespace twinledger::log {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kLowAnswers = 3;  // Then others are asked.

using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, Destroyer<rd_kafka_NewTopic_destroy>>;
using ConfigResource =
    std::unique_ptr<rd_kafka_ConfigResource_t, Destroyer<rd_kafka_ConfigResource_destroy>>;
using AdminOptions =
    std::unique_ptr<rd_kafka_AdminOptions_t, Destroyer<rd_kafka_AdminOptions_destroy>>;

Result<AdminOptions> OptionsOf(const KafkaHandle& handle, rd_kafka_admin_op_t operation,
                               milliseconds timeout) {
  AdminOptions options(rd_kafka_AdminOptions_new(handle.get(), operation));
  std::array<char, 256> why{};
  const auto ms = static_cast<int>(timeout.count());
  rd_kafka_resp_err_t error =
      rd_kafka_AdminOptions_set_request_timeout(options.get(), ms, why.data(), why.size());
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR && operation == RD_KAFKA_ADMIN_OP_CREATETOPICS) {
    error = rd_kafka_AdminOptions_set_operation_timeout(options.get(), ms, why.data(), why.size());
  }
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return KafkaError("setting a time limit", error, why.data());
  }
  return options;
}

template <class Pointer>
auto Raw(const std::vector<Pointer>& owned) {
  std::vector<typename Pointer::pointer> raw;
  raw.reserve(owned.size());
  for (const Pointer& pointer : owned) raw.push_back(pointer.get());
  return raw;
}

}  // namespace

Result<std::vector<std::uint32_t>> CopiesIn(const rd_kafka_metadata_topic_t& topic) {
  const std::span partitions(topic.partitions, static_cast<std::size_t>(topic.partition_cnt));
  const bool whole = !partitions.empty() && std::ranges::all_of(partitions, [&](const auto& one) {
    return one.id >= 0 && one.id < topic.partition_cnt;
  });
  if (!whole) {
    return KafkaError(fmt::format("asking for the copies of topic {}", topic.topic),
                      RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE);
  }
  std::vector<std::uint32_t> copies(partitions.size());
  for (const rd_kafka_metadata_partition_t& one : partitions) {
    copies[static_cast<std::size_t>(one.id)] = static_cast<std::uint32_t>(one.replica_cnt);
  }
  return copies;
}

Result<KafkaEvent> TopicAdmin::Await(const KafkaQueue& queue, std::string_view what) const {
  // The library ends the request within its own time limit; this only bounds a fault of it.
  const auto wait = static_cast<int>((2 * timeout_).count());
  KafkaEvent event(rd_kafka_queue_poll(queue.get(), wait));
  if (event == nullptr) return KafkaError(what, RD_KAFKA_RESP_ERR__TIMED_OUT);
  const rd_kafka_resp_err_t error = rd_kafka_event_error(event.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return KafkaError(what, error, rd_kafka_event_error_string(event.get()));
  }
  return event;
}

Result<void> TopicAdmin::Create(const std::vector<std::string>& topics, std::uint32_t partitions,
                                std::uint32_t replication,
                                const std::vector<TopicSetting>& settings) const {
  std::array<char, 256> why{};
  std::vector<NewTopic> wanted;
  wanted.reserve(topics.size());
  for (const std::string& topic : topics) {
    wanted.emplace_back(rd_kafka_NewTopic_new(topic.c_str(), static_cast<int>(partitions),
                                              static_cast<int>(replication), why.data(),
                                              why.size()));
    if (wanted.back() == nullptr) {
      return KafkaError("making topic " + topic, RD_KAFKA_RESP_ERR__INVALID_ARG, why.data());
    }
    for (const TopicSetting& setting : settings) {
      rd_kafka_NewTopic_set_config(wanted.back().get(), setting.name.c_str(),
                                   setting.value.c_str());
    }
  }
  TL_TRY(const AdminOptions options, OptionsOf(handle_, RD_KAFKA_ADMIN_OP_CREATETOPICS, timeout_));
  const KafkaQueue queue(rd_kafka_queue_new(handle_.get()));
  auto raw = Raw(wanted);
  rd_kafka_CreateTopics(handle_.get(), raw.data(), raw.size(), options.get(), queue.get());
  TL_TRY(const KafkaEvent event, Await(queue, "making the topics"));
  std::size_t count = 0;
  const rd_kafka_topic_result_t** results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  for (std::size_t i = 0; i < count; ++i) {
    const rd_kafka_resp_err_t error = rd_kafka_topic_result_error(results[i]);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
      continue;
    }
    const char* said = rd_kafka_topic_result_error_string(results[i]);
    return KafkaError(fmt::format("making topic {}", rd_kafka_topic_result_name(results[i])), error,
                      said == nullptr ? "" : said);
  }
  for (const std::string& topic : topics) {
    for (std::uint32_t i = 0; i < partitions; ++i) TL_TRY_VOID(Range(topic, i));
  }
  return {};
}

Result<std::map<std::string, std::map<std::string, std::string>>> TopicAdmin::Settings(
    const std::vector<std::string>& topics) const {
  std::vector<ConfigResource> asked;
  asked.reserve(topics.size());
  for (const std::string& topic : topics) {
    asked.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  }
  TL_TRY(const AdminOptions options,
         OptionsOf(handle_, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, timeout_));
  const KafkaQueue queue(rd_kafka_queue_new(handle_.get()));
  auto raw = Raw(asked);
  rd_kafka_DescribeConfigs(handle_.get(), raw.data(), raw.size(), options.get(), queue.get());
  TL_TRY(const KafkaEvent event, Await(queue, "reading the topics' settings"));
  std::size_t count = 0;
  const rd_kafka_ConfigResource_t** results = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  std::map<std::string, std::map<std::string, std::string>> settings;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string topic = rd_kafka_ConfigResource_name(results[i]);
    const rd_kafka_resp_err_t error = rd_kafka_ConfigResource_error(results[i]);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return KafkaError("reading the settings of topic " + topic, error);
    }
    std::size_t entries = 0;
    const rd_kafka_ConfigEntry_t** entry = rd_kafka_ConfigResource_configs(results[i], &entries);
    for (std::size_t j = 0; j < entries; ++j) {
      const char* value = rd_kafka_ConfigEntry_value(entry[j]);
      settings[topic][rd_kafka_ConfigEntry_name(entry[j])] = value == nullptr ? "" : value;
    }
  }
  return settings;
}

Result<std::vector<std::uint32_t>> TopicAdmin::Copies(const std::string& topic) const {
  const KafkaTopicHandle handle(rd_kafka_topic_new(handle_.get(), topic.c_str(), nullptr));
  TL_TRY(const KafkaMetadata metadata, handle_.Metadata(topic, handle.get(), timeout_));
  return CopiesIn(TopicOf(metadata));
}

// Not rd_kafka_query_watermark_offsets: in 2.0.2 it waits for ever for a leader that died.
Result<Offset> TopicAdmin::Bound(const std::string& topic, std::uint32_t partition,
                                 std::int64_t which) const {
  using Places = std::unique_ptr<rd_kafka_topic_partition_list_t,
                                 Destroyer<rd_kafka_topic_partition_list_destroy>>;
  const auto deadline = steady_clock::now() + timeout_;
  while (true) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
    const Places places(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_t* place = rd_kafka_topic_partition_list_add(
        places.get(), topic.c_str(), static_cast<std::int32_t>(partition));
    place->offset = which;
    rd_kafka_resp_err_t error = rd_kafka_offsets_for_times(
        handle_.get(), places.get(), std::max(1, static_cast<int>(left.count())));
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = place->err;
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR && place->offset >= 0) {
      return static_cast<Offset>(place->offset);
    }
    if (!MayPass(error) || steady_clock::now() + kAskAgain >= deadline) {
      return KafkaError(fmt::format("asking where {} partition {} ends", topic, partition), error);
    }
    std::this_thread::sleep_for(kAskAgain);
    // The library believes what it was once told of a topic for minutes, also that a fresh one has
    // no partitions yet. What it is told now counts; that it is told nothing is no news.
    const KafkaTopicHandle fresh(rd_kafka_topic_new(handle_.get(), topic.c_str(), nullptr));
    const auto still = std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
    static_cast<void>(handle_.Metadata(topic, fresh.get(), std::max(milliseconds(1), still)).ok());
  }
}

Result<OffsetRange> TopicAdmin::Range(const std::string& topic, std::uint32_t partition) const {
  OffsetRange range;
  TL_TRY(range.first, Bound(topic, partition, RD_KAFKA_OFFSET_BEGINNING));
  TL_TRY(range.end, Bound(topic, partition, RD_KAFKA_OFFSET_END));
  return range;
}

Result<OffsetRange> TopicAdmin::RangeReaching(const std::string& topic, std::uint32_t partition,
                                              Offset known) const {
  OffsetRange range;
  for (int answer = 0; answer < kLowAnswers; ++answer) {
    if (answer > 0) std::this_thread::sleep_for(kAskAgain);
    TL_TRY(range, Range(topic, partition));
    if (range.end >= known) return range;
  }
  TL_TRY(const Leadership leader, LeaderAsMostSay(handle_, address_, options_, topic, partition));
  return TopicAdmin(*leader.by, address_, options_, timeout_).Range(topic, partition);
}

Result<bool> TopicAdmin::IsLeader(std::int32_t broker, const std::string& topic,
                                  std::uint32_t partition) const {
  TL_TRY(const Leadership leader, LeaderAsMostSay(handle_, address_, options_, topic, partition));
  return leader.broker == broker;
}

}  // namespace twinledger::log
