// What an import of engagements asks of the services.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/base/result.h"
#include "twinledger/connection/connection.h"
#include "twinledger/engagement/v1/records.pb.h"
#include "twinledger/import/register_client.h"
#include "twinledger/registry/v1/history.pb.h"
#include "twinledger/registry/v1/principals.pb.h"

namespace twinledger::client {

// Nothing for what is not there, here and below.
Result<std::optional<engagement::v1::Record>> FindRecordNow(Connection& connection,
                                                            const std::string& name);
Result<void> SubmitRecord(Connection& connection, const ImportWrite& write,
                          const std::string& council_id, const std::string& record_id,
                          const engagement::v1::Record& record);
Result<void> AmendRecord(Connection& connection, const ImportWrite& write,
                         const engagement::v1::Record& record, const std::string& etag,
                         const std::vector<std::string>& paths, const std::string& reason);
// Newest first, at most a thousand.
Result<std::vector<registry::v1::Version>> ListRecordVersions(Connection& connection,
                                                              const std::string& name);

Result<std::optional<registry::v1::Principal>> FindPrincipalNow(Connection& connection,
                                                                const std::string& name);
Result<void> CreatePrincipal(Connection& connection, const ImportWrite& write,
                             const std::string& principal_id,
                             const registry::v1::Principal& principal);
Result<bool> HasRelationshipNow(Connection& connection, const std::string& name);

}  // namespace twinledger::client
