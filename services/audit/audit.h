// The assembly of the audit service: it answers from the log alone and keeps no rows.
#pragma once

#include <memory>

#include "platform/base/result.h"
#include "platform/server/module.h"

namespace twinledger::audit {

Result<std::unique_ptr<server::Module>> Open(const server::ModuleContext& context);

}  // namespace twinledger::audit
