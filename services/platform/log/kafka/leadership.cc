#include "platform/log/kafka/leadership.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace twinledger::log {
namespace {

constexpr std::int32_t kNobody = -1;

// What one broker says.
struct View {
  std::int32_t leader = kNobody;
  std::set<std::string> brokers;  // "HOST:PORT"
};

std::string AddressOf(const rd_kafka_metadata_broker_t& broker) {
  const std::string_view host = broker.host;
  const bool number = host.find(':') != std::string_view::npos;  // IP version 6.
  return number ? fmt::format("[{}]:{}", host, broker.port)
                : fmt::format("{}:{}", host, broker.port);
}

Result<View> ViewOf(const KafkaHandle& handle, const std::string& topic, std::uint32_t partition,
                    std::chrono::milliseconds timeout) {
  const KafkaTopicHandle asked(rd_kafka_topic_new(handle.get(), topic.c_str(), nullptr));
  TL_TRY(const KafkaMetadata metadata, handle.Metadata(topic, asked.get(), timeout));
  View view;
  for (int i = 0; i < metadata->broker_cnt; ++i) {
    view.brokers.insert(AddressOf(metadata->brokers[i]));
  }
  const rd_kafka_metadata_topic_t& found = TopicOf(metadata);
  for (int i = 0; i < found.partition_cnt; ++i) {
    const rd_kafka_metadata_partition_t& one = found.partitions[i];
    if (static_cast<std::uint32_t>(one.id) == partition) view.leader = one.leader;
  }
  return view;
}

}  // namespace

Result<Leadership> LeaderAsMostSay(const KafkaHandle& asker, const KafkaAddress& address,
                                   const KafkaOptions& options, const std::string& topic,
                                   std::uint32_t partition) {
  TL_TRY(const View first, ViewOf(asker, topic, partition, options.request_timeout));
  std::size_t brokers = first.brokers.size();
  std::map<std::int32_t, std::vector<std::unique_ptr<KafkaHandle>>> by_leader;
  for (const std::string& broker : first.brokers) {
    KafkaAddress only = address;
    only.brokers = broker;
    TL_TRY(auto handle, KafkaHandle::NewAsker(only, options));
    const Result<View> view = ViewOf(*handle, topic, partition, options.request_timeout);
    if (!view || view->leader == kNobody) continue;
    brokers = std::max(brokers, view->brokers.size());
    by_leader[view->leader].push_back(std::move(handle));
  }
  for (auto& [leader, handles] : by_leader) {
    if (2 * handles.size() > brokers) return Leadership{leader, std::move(handles.front())};
  }
  return Error{Code::kUnavailable,
               fmt::format("of {} brokers no more than half name the same leader of {} partition "
                           "{}: it is asked again",
                           brokers, topic, partition),
               "LEADER_UNCLEAR",
               {{"topic", topic}}};
}

}  // namespace twinledger::log
