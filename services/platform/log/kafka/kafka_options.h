// Settings of a log on Kafka.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"

namespace twinledger::log {

// The topics that a log has: one a stream, each of as many partitions.
struct KafkaTopics {
  std::vector<std::string> streams;
  std::uint32_t partitions = 0;
};

struct KafkaOptions {
  // After this an append is reported ambiguous. A broker that died is replaced sooner; one that
  // hangs is given up after this.
  std::chrono::milliseconds append_timeout{10'000};

  // Of everything else that waits for a broker: the opening of a reader, each question of a check.
  std::chrono::milliseconds request_timeout{5'000};

  // Of a tail: whoever asks for it asks again.
  std::chrono::milliseconds tail_timeout{2'000};

  // Between two checks of the topics.
  std::chrono::milliseconds check_interval{60'000};

  // Lines of the client library. From any of its threads. None: they are dropped.
  std::function<void(std::string_view line)> log;

  // After each check, with what it found, on the checking thread.
  std::function<void(const Result<void>&)> on_check;
};

}  // namespace twinledger::log
