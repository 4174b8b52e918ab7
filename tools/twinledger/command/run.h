// Runs the client: parses, resolves settings, acts.
#pragma once

#include "twinledger/output/exit_code.h"
#include "twinledger/output/terminal.h"

namespace twinledger::client {

ExitCode Run(int argc, const char* const* argv, Terminal terminal);

}  // namespace twinledger::client
