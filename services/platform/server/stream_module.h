// The module of a service with one projection, which its one gRPC service answers from. What its
// writer records of a stream of its own is in it too; one that only reads has no writer. Where
// something follows from events, its process is in it.
#pragma once

#include <chrono>
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
  bool writes = true;       // False: the name is of no stream, and there is no key of it.
  const projection::Projection& projection;
  std::string_view full_name;  // As HostedService.
  // What it is given outlives the service.
  std::function<std::unique_ptr<grpc::Service>(rpc::UnaryCalls&, const projection::Runner&,
                                               keyring::Keyring&)>
      make;
  // Decides what follows from the projection's rows; empty: nothing does.
  std::function<std::unique_ptr<process::Process>(const ModuleContext&)> make_process = {};
  // As of Runner::RestBehindRecords: of rows that nobody decides a client's command on, which are
  // made in spare time too.
  std::chrono::milliseconds rest_behind_records{0};
};

// FAILED_PRECONDITION, reason KEY_MISSING, without the writer key of a stream to write, and the
// errors of the store and of the runner.
Result<std::unique_ptr<Module>> OpenStreamModule(const ModuleContext& context,
                                                 const StreamService& service);

}  // namespace twinledger::server
