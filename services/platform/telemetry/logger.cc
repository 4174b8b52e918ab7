#include "platform/telemetry/logger.h"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/ostream_sink.h>

#include <array>
#include <thread>

#include "platform/telemetry/json_text.h"
#include "platform/telemetry/timestamp.h"

namespace twinledger::telemetry {
namespace {

// A second of lines at the rate at which a full set of partitions can report at once.
constexpr std::size_t kLinesMax = 8192;
constexpr std::array<std::string_view, 4> kLevels = {"debug", "info", "warning", "error"};

void Append(std::string& line, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  line += ",\"";
  line += name;
  line += "\":";
  AppendJsonText(line, value);
}

}  // namespace

std::string_view Name(Level level) { return kLevels[static_cast<std::size_t>(level)]; }

bool ParseLevel(std::string_view text, Level& level) {
  for (std::size_t i = 0; i < kLevels.size(); ++i) {
    if (kLevels[i] != text) continue;
    level = static_cast<Level>(i);
    return true;
  }
  return false;
}

std::string LogLine(WallTime at, Level level, std::string_view service, std::string_view message,
                    const Fields& fields) {
  std::string line = "{\"ts\":\"" + Rfc3339(at) + "\",\"level\":\"";
  line += Name(level);
  line += "\",\"msg\":";
  AppendJsonText(line, message);
  Append(line, "service", service);
  Append(line, "trace_id", fields.trace_id);
  Append(line, "rpc", fields.rpc);
  Append(line, "council", fields.council);
  Append(line, "partition", fields.partition);
  Append(line, "position", fields.position);
  Append(line, "reason", fields.reason);
  return line + "}";
}

struct Logger::Sink {
  std::shared_ptr<spdlog::details::thread_pool> pool;  // Shared with spdlog's logger by its design.
  std::shared_ptr<spdlog::async_logger> logger;
};

Logger::Logger(std::ostream& out, std::string service, Level from, const Clock& clock)
    : service_(std::move(service)), from_(from), clock_(clock), sink_(std::make_unique<Sink>()) {
  sink_->pool = std::make_shared<spdlog::details::thread_pool>(kLinesMax, 1);
  sink_->logger = std::make_shared<spdlog::async_logger>(
      "twinledger", std::make_shared<spdlog::sinks::ostream_sink_mt>(out, true), sink_->pool,
      spdlog::async_overflow_policy::overrun_oldest);
  sink_->logger->set_pattern("%v");
  sink_->logger->set_level(spdlog::level::trace);
}

Logger::~Logger() = default;  // The pool's end writes what waits and joins its thread.

void Logger::Write(Level level, std::string_view message, const Fields& fields) {
  if (!Writes(level)) return;
  const std::string line = LogLine(clock_.Now(), level, service_, message, fields);
  sink_->logger->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

void Logger::Info(std::string_view message, const Fields& fields) {
  Write(Level::kInfo, message, fields);
}
void Logger::Warning(std::string_view message, const Fields& fields) {
  Write(Level::kWarning, message, fields);
}
void Logger::Failure(std::string_view message, const Fields& fields) {
  Write(Level::kError, message, fields);
}

void Logger::Flush() {
  // spdlog 1.10 posts a flush without an answer; an empty queue is the answer there is.
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  sink_->logger->flush();
  while (sink_->pool->queue_size() > 0 && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

std::uint64_t Logger::dropped() const { return sink_->pool->overrun_counter(); }

}  // namespace twinledger::telemetry
