// Runs the client: parses, resolves settings, acts.
#pragma once

#include "twinledger/command/edition.h"
#include "twinledger/output/exit_code.h"
#include "twinledger/output/terminal.h"

namespace twinledger::client {

ExitCode Run(int argc, const char* const* argv, Terminal terminal, const Edition& edition);

// The same as a whole process, which it ends.
[[noreturn]] void RunProcess(int argc, const char* const* argv, const Edition& edition);

}  // namespace twinledger::client
