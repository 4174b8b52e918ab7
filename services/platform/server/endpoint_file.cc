#include "platform/server/endpoint_file.h"

#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "platform/base/private_file.h"

namespace twinledger::server {
namespace {

std::filesystem::path PathIn(const DataDirectory& data) { return data.root() / "endpoint.json"; }

}  // namespace

Result<void> WriteEndpointFile(const DataDirectory& data, const Endpoints& endpoints) {
  const nlohmann::json file = {{"schema_version", 1},
                               {"listen", endpoints.services.ToString()},
                               {"health_listen", endpoints.health.ToString()},
                               {"metrics_listen", endpoints.metrics.ToString()},
                               {"pid", getpid()}};
  RemoveEndpointFile(data);
  return WritePrivateFile(PathIn(data), file.dump(2) + "\n");
}

void RemoveEndpointFile(const DataDirectory& data) {
  std::error_code error;  // Not there is as good.
  std::filesystem::remove(PathIn(data), error);
}

}  // namespace twinledger::server
