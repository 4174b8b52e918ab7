// What a topic must be like to hold a log: nothing is ever deleted, compacted or lost by an
// election, and all that it holds is packed so that every reader reads the same of it. A broker
// packs anew what comes otherwise, and leaves as it is what this log's producers send.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"

namespace twinledger::log {

// Of a record batch, compressed or not: Kafka's own default, and more than a producer sends.
inline constexpr std::uint64_t kTopicMessageBytes = 1'048'588;

struct TopicSetting {
  enum class Rule { kExactly, kAtLeast };
  std::string name;
  std::string value;
  Rule rule = Rule::kExactly;
  std::string_view why;
};

// With `replication` copies. A record is acknowledged when most of them have it; a sole copy must
// be on the disk.
std::vector<TopicSetting> NeededSettings(std::uint32_t replication);

// FAILED_PRECONDITION, reason WRONG_TOPIC: every setting that differs, as a violation too.
Result<void> CheckSettings(const std::string& topic, const std::vector<TopicSetting>& needed,
                           const std::map<std::string, std::string>& found);

// FAILED_PRECONDITION, reason WRONG_TOPIC, for a property that no command can set right.
Error WrongTopic(const std::string& topic, std::string_view property, std::string_view found,
                 std::string_view needed, std::string_view remedy);

}  // namespace twinledger::log
