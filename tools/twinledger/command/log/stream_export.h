// An export of a log over the network, in the same format as one of a data directory.
#pragma once

#include <filesystem>

#include "platform/log/archive/export_log.h"
#include "twinledger/command/session.h"

namespace twinledger::client {

// Takes all accepted records from the server's AuditService. What is written is verified by
// `twinledger log verify` as any export is; nothing of the server is trusted here.
Result<log::ExportReport> ExportFromServer(Session& session, const std::filesystem::path& out);

}  // namespace twinledger::client
