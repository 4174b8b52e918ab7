// What an import of engagements asks of the services.
#pragma once

#include <absl/container/flat_hash_set.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/result.h"
#include "twinledger/connection/connection.h"
#include "twinledger/engagement/v1/import_records.pb.h"
#include "twinledger/engagement/v1/records.pb.h"
#include "twinledger/import/register_client.h"
#include "twinledger/registry/v1/history.pb.h"
#include "twinledger/registry/v1/principals.pb.h"

namespace twinledger::client {

using RecordIds = absl::flat_hash_set<std::string>;

// Nothing for what is not there, here and below.
Result<std::optional<engagement::v1::Record>> FindRecordNow(Connection& connection,
                                                            const std::string& name);
// Ids of the records that a council has, or had before they were retracted; nothing where they are
// more than so many thousand.
Result<std::optional<RecordIds>> ListRecordIds(Connection& connection, const std::string& council,
                                               std::size_t thousands_max);

// A write as a row of an import, which is also what a call of its own takes.
engagement::v1::ImportRecordsRequest SubmitRow(const ImportWrite& write,
                                               const std::string& council_id,
                                               const std::string& record_id,
                                               const engagement::v1::Record& record);
engagement::v1::ImportRecordsRequest AmendRow(const ImportWrite& write,
                                              const engagement::v1::Record& record,
                                              const std::string& etag,
                                              const std::vector<std::string>& paths,
                                              const std::string& reason);
Result<void> SendAlone(Connection& connection, const engagement::v1::ImportRecordsRequest& row);
// Newest first, at most a thousand.
Result<std::vector<registry::v1::Version>> ListRecordVersions(Connection& connection,
                                                              const std::string& name);

Result<std::optional<registry::v1::Principal>> FindPrincipalNow(Connection& connection,
                                                                const std::string& name);
Result<void> CreatePrincipal(Connection& connection, const ImportWrite& write,
                             const std::string& principal_id,
                             const registry::v1::Principal& principal);

}  // namespace twinledger::client
