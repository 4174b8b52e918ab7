// The versions of a record, as people and programs read them.
#pragma once

#include <vector>

#include "twinledger/command/session.h"
#include "twinledger/registry/v1/history.pb.h"

namespace twinledger::client {

Json VersionJson(const registry::v1::Version& version);

// A table has a line for each change; JSON a version with its changes.
void PrintHistory(Session& session, const std::vector<Json>& versions, const Json& facts);

}  // namespace twinledger::client
