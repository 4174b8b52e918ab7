// The main function of a server program.
//
//   exit 0 drained after SIGTERM or SIGINT; 1 failed; 2 wrong flags or settings; 4 the log is
//   damaged
#pragma once

#include <vector>

#include "platform/server/module.h"

namespace twinledger::server {

int Main(int argc, char** argv, const std::vector<Assembly>& assemblies);

}  // namespace twinledger::server
