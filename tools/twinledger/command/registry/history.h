// The versions of a record, as people and programs read them.
#pragma once

#include <vector>

#include "twinledger/command/session.h"
#include "twinledger/registry/v1/history.pb.h"

namespace twinledger::client {

// Of a resource of that type.
Json VersionJson(const registry::v1::Version& version, const google::protobuf::Descriptor& type);

// A table has a line for each change; JSON a version with its changes.
void PrintHistory(Session& session, const std::vector<Json>& versions, const Json& facts);

}  // namespace twinledger::client
