#include "platform/server/library_log.h"

#include <grpc/support/log.h>

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

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
    if (text.starts_with(kNotAccepted)) lost_ = text.substr(kNotAccepted.size());
    if (lines_ != nullptr) lines_->Write(text);
  }

  // Why a listener was given up.
  std::optional<std::string> lost() {
    const std::scoped_lock lock(mutex_);
    return lost_;
  }

 private:
  static constexpr std::string_view kNotAccepted = "Failed accept4: ";

  std::mutex mutex_;
  LimitedLines* lines_ = nullptr;
  std::optional<std::string> lost_;
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

Result<void> LibraryLog::ListenersAccept() {
  const std::optional<std::string> lost = TheTarget().lost();
  if (!lost) return {};
  return Error{Code::kResourceExhausted,
               "no connection is taken any more (" + *lost +
                   "), so the server ends: start it again, look who holds the connections, and "
                   "raise the limit of descriptors (LimitNOFILE)",
               "LISTENER_LOST"};
}

}  // namespace twinledger::server
