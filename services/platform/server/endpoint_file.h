// endpoint.json in the data directory: where the running server listens, for programs on the same
// machine when ports are chosen by the system. It is there only while the server takes calls.
#pragma once

#include "platform/base/data_directory.h"
#include "platform/base/result.h"
#include "platform/server/settings.h"

namespace twinledger::server {

struct Endpoints {
  Address services;
  Address health;
  Address metrics;
};

Result<void> WriteEndpointFile(const DataDirectory& data, const Endpoints& endpoints);
void RemoveEndpointFile(const DataDirectory& data);  // Of this or of an earlier run.

}  // namespace twinledger::server
