// The registry service: councils with their officials and assets, their foreign partners, the
// relationships between them, and whom councils deal with, on the stream "registry".
#pragma once

#include "platform/server/module.h"

namespace twinledger::registry {

// The assembly. FAILED_PRECONDITION, reason KEY_MISSING, without the stream's writer key, and the
// errors of the store and of the runner.
Result<std::unique_ptr<server::Module>> Open(const server::ModuleContext& context);

}  // namespace twinledger::registry
