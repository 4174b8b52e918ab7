// An import, watched from a terminal.
#pragma once

#include <cstddef>
#include <functional>

#include "platform/base/result.h"
#include "twinledger/command/session.h"
#include "twinledger/connection/connection.h"
#include "twinledger/import/importer.h"

namespace twinledger::client {

// Runs an import with its progress on stderr and an eye on Ctrl-C: what is read is dropped at once,
// what is sent may still be answered.
Result<ImportReport> Watched(Session& session, Connection& connection, std::size_t rows,
                             const std::function<Result<ImportReport>(const ImportWatch&)>& run);

}  // namespace twinledger::client
