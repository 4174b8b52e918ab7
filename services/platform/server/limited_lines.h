// Lines of a library in the server's log. Others can make a library talk: beyond some lines a
// minute only their number is told.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include "platform/telemetry/logger.h"

namespace twinledger::server {

// Threads: thread-safe.
class LimitedLines {
 public:
  // `logger` outlives it.
  LimitedLines(telemetry::Logger& logger, std::string library, std::string reason);

  void Write(std::string_view text);

 private:
  void Line(std::string_view text) const { logger_.Warning(text, {.reason = reason_}); }

  telemetry::Logger& logger_;
  const std::string library_;
  const std::string reason_;

  std::mutex mutex_;  // Of all below.
  std::chrono::steady_clock::time_point minute_;
  int lines_ = 0;
  int left_out_ = 0;
};

}  // namespace twinledger::server
