// Who leads a partition, as more than half of the brokers say, each asked by itself.
//
// A broker that stood still, or that the others do not reach, takes itself for the leader that it
// was, and answers clients with what the partition had then. This library (2.0.2) tells no broker
// which leader it thinks to ask, and believes whichever broker last told it. So an answer that
// something is missing counts only if it is the leader's whom most of the brokers name.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "platform/base/result.h"
#include "platform/log/kafka/handle.h"
#include "platform/log/kafka/kafka_address.h"
#include "platform/log/kafka/kafka_options.h"

namespace twinledger::log {

struct Leadership {
  std::int32_t broker = 0;  // Its id.
  // Of a broker that names it: what this is asked goes to that leader.
  std::unique_ptr<KafkaHandle> by;
};

// UNAVAILABLE, reason LEADER_UNCLEAR, if fewer name the same. Waits at most the options' time for
// requests for each broker. Threads: thread-safe.
Result<Leadership> LeaderAsMostSay(const KafkaHandle& asker, const KafkaAddress& address,
                                   const KafkaOptions& options, const std::string& topic,
                                   std::uint32_t partition);

}  // namespace twinledger::log
