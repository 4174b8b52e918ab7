#include "platform/server/limited_lines.h"

#include <fmt/format.h>

#include <utility>

namespace twinledger::server {
namespace {

constexpr int kLinesAMinute = 20;

}  // namespace

LimitedLines::LimitedLines(telemetry::Logger& logger, std::string library, std::string reason)
    : logger_(logger), library_(std::move(library)), reason_(std::move(reason)) {}

void LimitedLines::Write(std::string_view text) {
  const std::scoped_lock lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (now - minute_ >= std::chrono::minutes(1)) {
    if (left_out_ > 0) {
      Line(fmt::format("{} more lines of {} in that minute", left_out_, library_));
    }
    minute_ = now;
    lines_ = 0;
    left_out_ = 0;
  }
  if (lines_ == kLinesAMinute) {
    ++left_out_;
    return;
  }
  ++lines_;
  Line(text);
}

}  // namespace twinledger::server
