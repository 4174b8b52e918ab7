// Which of the services that a program has are to be hosted.
#pragma once

#include <string>
#include <vector>

#include "platform/base/result.h"
#include "platform/server/module.h"

namespace twinledger::server {

// All where none is named; else in the order of the names. INVALID_ARGUMENT: UNKNOWN_SERVICE, with
// the one that may have been meant, or SERVICE_TWICE.
Result<std::vector<Assembly>> ChosenServices(const std::vector<Assembly>& assemblies,
                                             const std::vector<std::string>& names);

}  // namespace twinledger::server
