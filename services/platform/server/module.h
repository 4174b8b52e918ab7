// A service as the server hosts it. Its assembly (registry/registry.h: Open) makes one out of what
// the server gives, and main.cc lists the assemblies.
//
//   Open: store, runner (reads on, or rebuilds), writers, rpc services, process
//   server: starts every runner, registers the rpc services, serves, starts the processes; at the
//           end it stops taking calls, finishes those in flight, stops the processes and the
//           runners and destroys the modules
//
// A module may own one projection, and so one store, and the writing of one stream; one that
// answers from the log alone owns neither.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/data_directory.h"
#include "platform/base/random.h"
#include "platform/base/result.h"
#include "platform/base/spare_time.h"
#include "platform/keyring/keyring.h"
#include "platform/log/chain.h"
#include "platform/log/event_log.h"
#include "platform/process/follower.h"
#include "platform/projection/projection.h"
#include "platform/projection/runner.h"
#include "platform/server/clean_stop.h"
#include "platform/server/key_files.h"
#include "platform/server/settings.h"
#include "platform/writer/writer.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace twinledger::rpc {
class Gate;
}  // namespace twinledger::rpc

namespace twinledger::server {

// What a module is made of. Everything outlives it.
struct ModuleContext {
  log::EventLog& log;
  const log::Founding& founding;
  const DataDirectory& data;
  const Keys& keys;
  keyring::Keyring& keyring;  // For fields that hold names or free text.
  const Clock& clock;
  RandomSource& random;
  rpc::Gate& gate;  // What every call passes.
  const Settings& settings;
  const CleanStop& clean_stop;
  SpareTime& spare_time;  // Of threads that no client waits for.
};

// A module's projection, as the server runs, shows and rebuilds it.
struct Projected {
  const projection::Projection& projection;
  projection::Runner& runner;
  std::string_view made_because = {};  // Why it is built anew; empty if it was there.
};

// One gRPC service of a module, which owns it.
struct HostedService {
  std::string_view full_name;  // "twinledger.registry.v1.RegistryService".
  grpc::Service* service = nullptr;
};

// Threads: made, started and destroyed by one thread; the rpc services are called from any.
class Module {
 public:
  virtual ~Module() = default;

  virtual std::string_view name() const = 0;  // "registry": of the service and its projection.
  virtual std::optional<Projected> projected() = 0;
  virtual writer::Writer* writer() const { return nullptr; }  // Null: it writes nothing.
  virtual std::vector<HostedService> services() = 0;
  virtual process::Follower* process() { return nullptr; }  // Null: nothing follows from events.
};

using OpenModule = std::function<Result<std::unique_ptr<Module>>(const ModuleContext& context)>;

// One line of main.cc: {"registry", registry::Open}.
struct Assembly {
  std::string_view name;
  OpenModule open;
};

}  // namespace twinledger::server
