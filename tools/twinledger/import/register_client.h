// What an import asks of the registry.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "platform/base/result.h"
#include "twinledger/connection/connection.h"
#include "twinledger/registry/v1/councils.pb.h"
#include "twinledger/registry/v1/partners.pb.h"
#include "twinledger/registry/v1/relationships.pb.h"

namespace twinledger::client {

// Records by resource name, as of now: all that was acknowledged before the call.
template <class Resource>
using Records = std::map<std::string, Resource>;

Result<Records<registry::v1::Council>> ReadCouncils(Connection& connection);
Result<Records<registry::v1::Partner>> ReadPartners(Connection& connection);
Result<Records<registry::v1::Relationship>> ReadRelationships(Connection& connection);

// One write of an import. `request_id` is derived (ids.h).
struct ImportWrite {
  std::string request_id;
  bool validate_only = false;
};

Result<void> CreateCouncil(Connection& connection, const ImportWrite& write,
                           const std::string& council_id, const registry::v1::Council& council);
Result<void> AmendCouncil(Connection& connection, const ImportWrite& write,
                          const registry::v1::Council& council, const std::string& etag,
                          const std::vector<std::string>& paths);
Result<void> CreatePartner(Connection& connection, const ImportWrite& write,
                           const std::string& partner_id, const registry::v1::Partner& partner);
Result<void> RecordRelationship(Connection& connection, const ImportWrite& write,
                                const std::string& council_id, const std::string& relationship_id,
                                const registry::v1::Relationship& relationship);
Result<void> AmendRelationship(Connection& connection, const ImportWrite& write,
                               const registry::v1::Relationship& relationship,
                               const std::string& etag, const std::vector<std::string>& paths);

}  // namespace twinledger::client
