// The module of a service that owns a stream: what its writer records, its projection holds, and
// its one gRPC service answers from; and, where something follows from events, its process.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "platform/process/process.h"
#include "platform/projection/projection.h"
#include "platform/projection/runner.h"
#include "platform/rpc/handler.h"
#include "platform/server/module.h"

namespace twinledger::server {

// What differs between such services. Names and projection are constants of the program.
struct StreamService {
  std::string_view stream;  // "registry": of its projection and its writer key too.
  const projection::Projection& projection;
  std::string_view full_name;  // As HostedService.
  // What it is given outlives the service.
  std::function<std::unique_ptr<grpc::Service>(rpc::UnaryCalls&, const projection::Runner&,
                                               keyring::Keyring&)>
      make;
  // Decides what follows from the projection's rows; empty: nothing does.
  std::function<std::unique_ptr<process::Process>(const ModuleContext&)> make_process = {};
};

// FAILED_PRECONDITION, reason KEY_MISSING, without the stream's writer key, and the errors of the
// store and of the runner.
Result<std::unique_ptr<Module>> OpenStreamModule(const ModuleContext& context,
                                                 const StreamService& service);

}  // namespace twinledger::server
