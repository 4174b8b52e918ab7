#include "platform/server/library_log.h"

#include <grpc/support/log.h>

#include <mutex>

namespace twinledger::server {
namespace {

// Where the library's lines go: its hook takes no argument.
class Target {
 public:
  void Set(LimitedLines* lines) {
    const std::scoped_lock lock(mutex_);
    lines_ = lines;
  }

  void Write(std::string_view text) {
    const std::scoped_lock lock(mutex_);
    if (lines_ != nullptr) lines_->Write(text);
  }

 private:
  std::mutex mutex_;
  LimitedLines* lines_ = nullptr;
};

Target& TheTarget() {
  static Target target;
  return target;
}

void OnLine(gpr_log_func_args* line) { TheTarget().Write(line->message); }

}  // namespace

LibraryLog::LibraryLog(telemetry::Logger& logger) : lines_(logger, "gRPC", "GRPC") {
  TheTarget().Set(&lines_);
  gpr_set_log_function(OnLine);
}

LibraryLog::~LibraryLog() { TheTarget().Set(nullptr); }

}  // namespace twinledger::server
