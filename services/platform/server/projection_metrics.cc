#include "platform/server/projection_metrics.h"

#include <functional>

namespace twinledger::server {
namespace {

using projection::PartitionStatus;

struct Number {
  const char* name;
  const char* help;
  prometheus::MetricType type;
  std::function<double(const PartitionStatus&)> value;
};

const std::vector<Number>& Numbers() {
  using enum prometheus::MetricType;
  static const std::vector<Number> numbers = {
      {"twinledger_projection_sequence", "Commits in the projection.", Gauge,
       [](const auto& status) { return static_cast<double>(status.sequence); }},
      {"twinledger_projection_lag_records", "Records of the log still to read.", Gauge,
       [](const auto& status) {
         return static_cast<double>(status.tail - std::min(status.tail, status.next_offset));
       }},
      {"twinledger_projection_last_commit_timestamp_seconds", "When the last commit was recorded.",
       Gauge, [](const auto& status) { return static_cast<double>(status.record_time_us) / 1e6; }},
      {"twinledger_projection_rows", "Rows, without their older versions.", Gauge,
       [](const auto& status) { return static_cast<double>(status.rows); }},
      {"twinledger_projection_parked_entities", "Entities that wait for a newer program.", Gauge,
       [](const auto& status) { return static_cast<double>(status.parked); }},
      {"twinledger_projection_stopped", "1 if the partition is read no more: damage.", Gauge,
       [](const auto& status) { return status.stopped ? 1.0 : 0.0; }},
      {"twinledger_log_void_records_total", "Records that the chain rule did not accept.", Counter,
       [](const auto& status) { return static_cast<double>(status.voids); }},
  };
  return numbers;
}

prometheus::ClientMetric Sample(prometheus::MetricType type, double value) {
  prometheus::ClientMetric metric;
  if (type == prometheus::MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  return metric;
}

}  // namespace

ProjectionMetrics::ProjectionMetrics(const std::vector<std::unique_ptr<Module>>& modules,
                                     const telemetry::Logger& logger)
    : logger_(logger) {
  for (const std::unique_ptr<Module>& module : modules) {
    const std::optional<Projected> projected = module->projected();
    if (projected) sources_.push_back({std::string(module->name()), &projected->runner});
  }
}

std::vector<prometheus::MetricFamily> ProjectionMetrics::Collect() const {
  std::vector<prometheus::MetricFamily> families;
  for (const Number& number : Numbers()) {
    families.push_back({number.name, number.help, number.type, {}});
  }
  for (const Source& source : sources_) {
    for (const PartitionStatus& status : source.runner->Status()) {
      for (std::size_t i = 0; i < families.size(); ++i) {
        prometheus::ClientMetric metric = Sample(families[i].type, Numbers()[i].value(status));
        metric.label = {{"service", source.name},
                        {"stream", status.partition.stream},
                        {"partition", std::to_string(status.partition.partition)}};
        families[i].metric.push_back(std::move(metric));
      }
    }
  }
  families.push_back(
      {"twinledger_log_lines_dropped_total",
       "Lines that a slow reader of stderr missed.",
       prometheus::MetricType::Counter,
       {Sample(prometheus::MetricType::Counter, static_cast<double>(logger_.dropped()))}});
  return families;
}

}  // namespace twinledger::server
