// The states of all projections, writers and processes, as numbers at the moment they are asked
// for.
#pragma once

#include <prometheus/collectable.h>

#include <chrono>
#include <vector>

#include "platform/base/clock.h"
#include "platform/server/module.h"
#include "platform/telemetry/logger.h"

namespace twinledger::server {

// Threads: thread-safe.
class ProjectionMetrics final : public prometheus::Collectable {
 public:
  // All must outlive it. Before the runners are started: it counts what they read from then on.
  ProjectionMetrics(const std::vector<std::unique_ptr<Module>>& modules,
                    const telemetry::Logger& logger, const Clock& clock,
                    std::chrono::seconds behind_max);

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  struct Source {
    std::string name;
    const projection::Runner* runner;
    const writer::Writer* writer;      // Null if the module writes nothing.
    const process::Follower* process;  // Null if nothing follows from events.
    std::uint64_t records_begun;       // Read before the start.
  };
  std::vector<Source> sources_;
  const telemetry::Logger& logger_;
  const Clock& clock_;
  const std::chrono::seconds behind_max_;  // Of a service that is ready.
  const MonotonicTime started_;
};

}  // namespace twinledger::server
