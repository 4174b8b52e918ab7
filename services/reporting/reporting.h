// The reporting service: what people read of the streams "registry", "engagement" and "risk". It
// writes none.
#pragma once

#include "platform/server/module.h"

namespace twinledger::reporting {

// The assembly. The errors of the store and of the runner.
Result<std::unique_ptr<server::Module>> Open(const server::ModuleContext& context);

}  // namespace twinledger::reporting
