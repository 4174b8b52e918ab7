// From what is kept to what clients read.
#pragma once

#include "platform/store/versioned.h"
#include "risk/domain/rule_set.h"
#include "risk/inputs/council_inputs.h"
#include "risk/projection/risk_view.h"
#include "risk/receipts/assessed.h"
#include "twinledger/risk/v1/receipts.pb.h"
#include "twinledger/risk/v1/risk_service.pb.h"

namespace twinledger::risk {

v1::AssessmentReceipt ResourceOf(const state::v1::AssessmentRow& row);
v1::Alert ResourceOf(const state::v1::AlertRow& row);

// Assessment, hashes, what came before, sources, and what is not looked for.
void FillAssessment(const Assessed& assessed, const CouncilInputs& inputs, const Rules& rules,
                    v1::GetAssessmentResponse& answer);

v1::RelationshipScore ScoreOf(const Assessed& assessed);

}  // namespace twinledger::risk
