#include "registry/rpc/registry_service.h"

#include "registry/rpc/service.h"

namespace twinledger::registry {

// Here and not in the header: what gRPC generates for twenty methods is compiled once.
RegistryService::RegistryService(rpc::UnaryCalls& calls, const projection::Runner& runner)
    : calls_(calls), runner_(runner) {}

RegistryService::~RegistryService() = default;

std::unique_ptr<grpc::Service> MakeService(rpc::UnaryCalls& calls,
                                           const projection::Runner& runner) {
  return std::make_unique<RegistryService>(calls, runner);
}

}  // namespace twinledger::registry
