#include "registry/registry.h"

#include "platform/server/stream_module.h"
#include "registry/projection/registry_projection.h"
#include "registry/rpc/service.h"

namespace twinledger::registry {
namespace {

const RegistryProjection kRows{};  // A runner keeps a reference to it; it holds nothing.

}  // namespace

Result<std::unique_ptr<server::Module>> Open(const server::ModuleContext& context) {
  return server::OpenStreamModule(
      context,
      {.stream = kStream, .projection = kRows, .full_name = kServiceName, .make = MakeService});
}

}  // namespace twinledger::registry
