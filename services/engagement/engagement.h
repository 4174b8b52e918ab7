// The engagement service: gifts and hospitality, travel and devices, delegations, on the stream
// "engagement".
#pragma once

#include "platform/server/module.h"

namespace twinledger::engagement {

// The assembly. FAILED_PRECONDITION, reason KEY_MISSING, without the stream's writer key, and the
// errors of the store and of the runner.
Result<std::unique_ptr<server::Module>> Open(const server::ModuleContext& context);

}  // namespace twinledger::engagement
