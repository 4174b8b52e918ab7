// What a partition's writer takes on at most.
#pragma once

#include <chrono>
#include <cstddef>

#include "platform/log/event_log.h"

namespace twinledger::writer {

struct WriterLimits {
  std::size_t queue_commands_max = 4096;       // More are RESOURCE_EXHAUSTED.
  std::size_t command_bytes_max = 256 * 1024;  // Of a commit.
  std::size_t record_bytes_max = 512 * 1024;
  std::size_t record_commits_max = log::kRecordCommitsMax;
  std::chrono::milliseconds retry_hint{200};  // With RESOURCE_EXHAUSTED and UNAVAILABLE.
};

}  // namespace twinledger::writer
