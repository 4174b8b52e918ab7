// Brings the registry to what a file says: creates what is missing, amends what differs, leaves the
// rest. Only differences are sent, so the same file twice changes nothing, and an import that was
// interrupted is resumed by running it again.
//
//   read what is recorded -> compare row by row -> send the differences, 64 calls at a time
//
// A row that the server refuses is a problem of its report; no answer, or no permission, stops the
// import. So does the user, as the error CANCELLED.
#pragma once

#include <vector>

#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "twinledger/connection/connection.h"
#include "twinledger/import/register_client.h"
#include "twinledger/import/report.h"
#include "twinledger/import/rows.h"
#include "twinledger/import/sender.h"

namespace twinledger::client {

struct ImportOptions {
  bool validate_only = false;
  bool skip_invalid = false;
};

// Who watches an import. Nothing has been sent yet if it is stopped while it reads.
struct ImportWatch {
  ReadTick reading;
  ImportTick sending;
};

// Without skip_invalid a row with a problem keeps everything from being sent. An error of the whole
// (nothing could be read) is a Result; one on the way is in the report.
Result<ImportReport> ImportCouncils(Connection& connection, const Clock& clock,
                                    const ParsedRows<CouncilRow>& parsed,
                                    const ImportOptions& options, const ImportWatch& watch);
Result<ImportReport> ImportRelationships(Connection& connection, const Clock& clock,
                                         const ParsedRows<RelationshipRow>& parsed,
                                         const ImportOptions& options, const ImportWatch& watch);

}  // namespace twinledger::client
