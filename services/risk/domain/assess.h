// The score of one input under one rule set. The same input, rules and engine give the same bytes
// on any machine, in whatever order facts and mitigations stand.
//
// Pure: no clock, no I/O, integers only.
#pragma once

#include "platform/base/result.h"
#include "risk/domain/rule_set.h"
#include "twinledger/risk/v1/assessment.pb.h"
#include "twinledger/risk/v1/scoring_input.pb.h"

namespace twinledger::risk {

// Changes when the same input and rules would score otherwise.
inline constexpr int kEngineVersion = 1;

// INVALID_ARGUMENT, reason INPUT_INVALID, with every violation of the input.
Result<v1::Assessment> Assess(const v1::ScoringInput& input, const Rules& rules);

}  // namespace twinledger::risk
