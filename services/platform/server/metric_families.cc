#include "platform/server/metric_families.h"

namespace twinledger::server {

using prometheus::MetricType;

prometheus::ClientMetric Sample(MetricType type, double value, const Labels& labels) {
  prometheus::ClientMetric metric;
  if (type == MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  for (const auto& [name, text] : labels) metric.label.push_back({name, text});
  return metric;
}

prometheus::MetricFamily GaugeOf(const char* name, const char* help, double value) {
  return {name, help, MetricType::Gauge, {Sample(MetricType::Gauge, value)}};
}

prometheus::MetricFamily CounterOf(const char* name, const char* help, double value) {
  return {name, help, MetricType::Counter, {Sample(MetricType::Counter, value)}};
}

}  // namespace twinledger::server
