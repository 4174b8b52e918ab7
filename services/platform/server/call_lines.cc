#include "platform/server/call_lines.h"

#include <prometheus/metric_family.h>

#include <string>

#include "platform/rpc/errors.h"

namespace twinledger::server {
namespace {

constexpr double kLinesASecond = 20;
constexpr double kLinesAtOnce = 200;

}  // namespace

CallLines::CallLines(telemetry::Logger& logger, const Clock& clock)
    : logger_(logger),
      budget_({.units_per_second = kLinesASecond, .burst_units = kLinesAtOnce}, clock) {}

void CallLines::Tell(const rpc::CallEnd& end) {
  using telemetry::Level;
  const bool failed = !end.result && rpc::IsOfTheServer(end.result.error().code);
  const Level level = failed ? Level::kError : end.result ? Level::kDebug : Level::kInfo;
  if (!logger_.Writes(level)) return;
  telemetry::Fields fields{.trace_id = std::string(end.trace_id), .rpc = std::string(end.method)};
  if (end.result) return logger_.Write(level, "call ended", fields);
  const Error& error = end.result.error();
  fields.reason = error.reason;
  if (failed) {
    const auto partition = error.metadata.find("partition");
    if (partition != error.metadata.end()) fields.partition = partition->second;
    return logger_.Write(level, error.message, fields);
  }
  if (!budget_.Take("")) {
    ++left_out_;
    return;
  }
  logger_.Write(level, "call refused: " + std::string(rpc::Name(error.code)), fields);
}

std::vector<prometheus::MetricFamily> CallLines::Collect() const {
  prometheus::ClientMetric metric;
  metric.counter.value = static_cast<double>(left_out_);
  return {{"twinledger_log_call_lines_left_out_total",
           "Lines of refused calls that were counted and not written.",
           prometheus::MetricType::Counter,
           {metric}}};
}

}  // namespace twinledger::server
