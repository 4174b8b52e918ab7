// The states of all projections, as numbers at the moment they are asked for.
#pragma once

#include <prometheus/collectable.h>

#include <vector>

#include "platform/server/module.h"
#include "platform/telemetry/logger.h"

namespace twinledger::server {

// Threads: thread-safe.
class ProjectionMetrics final : public prometheus::Collectable {
 public:
  // Modules and logger must outlive it.
  ProjectionMetrics(const std::vector<std::unique_ptr<Module>>& modules,
                    const telemetry::Logger& logger);

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  struct Source {
    std::string name;
    const projection::Runner* runner;
  };
  std::vector<Source> sources_;
  const telemetry::Logger& logger_;
};

}  // namespace twinledger::server
