#include "platform/log/kafka/topic_settings.h"

#include <fmt/format.h>

#include <charconv>

namespace twinledger::log {
namespace {

bool Fits(const TopicSetting& needed, const std::string& found) {
  if (needed.rule == TopicSetting::Rule::kExactly) return found == needed.value;
  const auto number = [](const std::string& text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  };
  return number(found) >= number(needed.value);
}

}  // namespace

std::vector<TopicSetting> NeededSettings(std::uint32_t replication) {
  using enum TopicSetting::Rule;
  std::vector<TopicSetting> needed = {
      {"cleanup.policy", "delete", kExactly, "compaction drops records"},
      {"retention.ms", "-1", kExactly, "old records are deleted otherwise"},
      {"retention.bytes", "-1", kExactly, "old records are deleted otherwise"},
      {"unclean.leader.election.enable", "false", kExactly,
       "a broker that lags behind would lose acknowledged records by being elected"},
      {"min.insync.replicas", std::to_string(replication / 2 + 1), kAtLeast,
       "an acknowledged record must be on most of its brokers"},
      {"max.message.bytes", std::to_string(kTopicMessageBytes), kAtLeast,
       "the largest records would be refused"},
      {"compression.type", "zstd", kExactly,
       "a batch of two gzip members would be read in part, and gzip or lz4 unpacked without a "
       "bound"},
  };
  if (replication == 1) {
    needed.push_back({"flush.messages", "1", kExactly,
                      "the only copy must be on the disk when it is acknowledged"});
  }
  return needed;
}

Result<void> CheckSettings(const std::string& topic, const std::vector<TopicSetting>& needed,
                           const std::map<std::string, std::string>& found) {
  Error error{Code::kFailedPrecondition, "", "WRONG_TOPIC", {{"topic", topic}}};
  std::string remedy;
  for (const TopicSetting& setting : needed) {
    const auto place = found.find(setting.name);
    const std::string value = place == found.end() ? "unknown" : place->second;
    if (Fits(setting, value)) continue;
    const std::string_view least = setting.rule == TopicSetting::Rule::kAtLeast ? "at least " : "";
    const std::string wrong = fmt::format("{} is {} and must be {}{}: {}", setting.name, value,
                                          least, setting.value, setting.why);
    error.message += fmt::format("{}{}", error.message.empty() ? "" : "; ", wrong);
    error.metadata[setting.name] = value;
    error.violations.push_back({setting.name, wrong});
    remedy += fmt::format("{}{}={}", remedy.empty() ? "" : ",", setting.name, setting.value);
  }
  if (error.violations.empty()) return {};
  error.message = fmt::format(
      "topic {}: {}. Set it with `kafka-configs.sh --alter --entity-type topics --entity-name {} "
      "--add-config {}`",
      topic, error.message, topic, remedy);
  return error;
}

Error WrongTopic(const std::string& topic, std::string_view property, std::string_view found,
                 std::string_view needed, std::string_view remedy) {
  return {
      Code::kFailedPrecondition,
      fmt::format("topic {}: {} is {} and must be {}. {}", topic, property, found, needed, remedy),
      "WRONG_TOPIC",
      {{"topic", topic},
       {"property", std::string(property)},
       {"found", std::string(found)},
       {"needed", std::string(needed)}}};
}

}  // namespace twinledger::log
