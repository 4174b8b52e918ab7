#include "registry/rpc/registry_service.h"

#include "registry/rpc/service.h"

namespace twinledger::registry {

// Here and not in the header: what gRPC generates for forty methods is compiled once.
RegistryService::RegistryService(rpc::UnaryCalls& calls, const projection::Runner& runner,
                                 keyring::Keyring& keyring)
    : calls_(calls), runner_(runner), texts_(keyring) {}

RegistryService::~RegistryService() = default;

std::unique_ptr<grpc::Service> MakeService(rpc::UnaryCalls& calls, const projection::Runner& runner,
                                           keyring::Keyring& keyring) {
  return std::make_unique<RegistryService>(calls, runner, keyring);
}

}  // namespace twinledger::registry
