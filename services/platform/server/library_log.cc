#include "platform/server/library_log.h"

#include <fmt/format.h>
#include <grpc/support/log.h>

#include <chrono>
#include <mutex>

namespace twinledger::server {
namespace {

using std::chrono::steady_clock;

// Strangers can make it talk: beyond this a minute only the number of lines is told.
constexpr int kLinesAMinute = 20;

// Where the library's lines go: its hook takes no argument.
class Target {
 public:
  void Set(telemetry::Logger* logger) {
    const std::scoped_lock lock(mutex_);
    logger_ = logger;
  }

  void Write(std::string_view text) {
    const std::scoped_lock lock(mutex_);
    if (logger_ == nullptr) return;
    const auto now = steady_clock::now();
    if (now - minute_ >= std::chrono::minutes(1)) {
      if (left_out_ > 0) Line(fmt::format("{} more lines of gRPC in that minute", left_out_));
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

 private:
  void Line(std::string_view text) const { logger_->Warning(text, {.reason = "GRPC"}); }

  std::mutex mutex_;  // Of all below.
  telemetry::Logger* logger_ = nullptr;
  steady_clock::time_point minute_;
  int lines_ = 0;
  int left_out_ = 0;
};

Target& TheTarget() {
  static Target target;
  return target;
}

void OnLine(gpr_log_func_args* line) { TheTarget().Write(line->message); }

}  // namespace

LibraryLog::LibraryLog(telemetry::Logger& logger) {
  TheTarget().Set(&logger);
  gpr_set_log_function(OnLine);
}

LibraryLog::~LibraryLog() { TheTarget().Set(nullptr); }

}  // namespace twinledger::server
