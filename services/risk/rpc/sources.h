// The records behind the facts of an assessment.
#pragma once

#include <vector>

#include "risk/inputs/council_inputs.h"
#include "risk/receipts/assessed.h"
#include "twinledger/risk/v1/risk_service.pb.h"

namespace twinledger::risk {

// Of each fact in a line or cleared by a mitigation, in ascending order of facts. A fact of one
// record begins with its id; one that a donor group's gifts make together has those that the group
// gave, retracted ones apart.
std::vector<v1::FactSource> SourcesOf(const Assessed& assessed, const CouncilInputs& inputs);

}  // namespace twinledger::risk
