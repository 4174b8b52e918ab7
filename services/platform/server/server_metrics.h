// What a server has of the machine and of itself, as numbers at the moment they are asked for:
// program, memory, disk, keys, certificate, calls in progress.
#pragma once

#include <prometheus/collectable.h>

#include <string>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/data_directory.h"
#include "platform/keyring/keyring.h"
#include "platform/rpc/gate.h"
#include "platform/server/module.h"

namespace twinledger::server {

struct ServerMetricsParts {
  std::string version;
  const DataDirectory& data;
  const log::EventLog& log;
  const keyring::Keyring& keyring;
  const rpc::Gate& gate;
  const std::vector<std::unique_ptr<Module>>& modules;
  std::size_t queue_commands_max;
  WallTime started;
  WallTime certificate_ends;          // Of the server.
  std::uint64_t fields_without_keys;  // At the start.
};

// Threads: thread-safe.
class ServerMetrics final : public prometheus::Collectable {
 public:
  // All that it is given must outlive it.
  explicit ServerMetrics(ServerMetricsParts parts);

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  std::vector<prometheus::MetricFamily> OfDisk() const;

  const ServerMetricsParts parts_;
  std::vector<std::string> stores_;  // Names of the projections.
};

}  // namespace twinledger::server
