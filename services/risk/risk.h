// The risk service: assessments of relationships and councils as receipts, and alerts, on the
// stream "risk".
#pragma once

#include "platform/server/module.h"

namespace twinledger::risk {

// The assembly. FAILED_PRECONDITION, reason KEY_MISSING, without the stream's writer key, and the
// errors of the store and of the runner.
Result<std::unique_ptr<server::Module>> Open(const server::ModuleContext& context);

}  // namespace twinledger::risk
