// Families of metrics whose values are known when they are asked for.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <utility>
#include <vector>

namespace twinledger::server {

using Labels = std::vector<std::pair<std::string, std::string>>;

// A sample; a counter where the type is one, else a gauge.
prometheus::ClientMetric Sample(prometheus::MetricType type, double value,
                                const Labels& labels = {});

// Of one sample without labels.
prometheus::MetricFamily GaugeOf(const char* name, const char* help, double value);
prometheus::MetricFamily CounterOf(const char* name, const char* help, double value);

}  // namespace twinledger::server
