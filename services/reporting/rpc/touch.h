// Whether an answer is complete: it is not if something that it depends on was written by a newer
// program. A council is told so of what it meets itself, and nothing of what others do.
#pragma once

#include <optional>

#include "platform/base/result.h"
#include "platform/rpc/reads.h"
#include "reporting/domain/ids.h"

namespace twinledger::reporting {

// Of an answer on one council, with the partners and counterparties that it deals with; without
// one, on all.
Result<void> TouchCouncil(rpc::Reading& reading, const std::optional<CouncilId>& council);

}  // namespace twinledger::reporting
