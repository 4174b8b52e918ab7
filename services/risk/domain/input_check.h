// What must be true of an input before it is scored. All that is wrong is said at once, by field,
// with the value and the remedy.
#pragma once

#include "risk/domain/findings.h"
#include "risk/domain/rule_set.h"
#include "twinledger/risk/v1/scoring_input.pb.h"

namespace twinledger::risk {

// Ids are unique and cases known; nothing was recorded behind the day that it is scored as of, for
// it could not be in the log; what does not last has ended; a curve's facts have a donor group.
void CheckInput(const v1::ScoringInput& input, const Rules& rules, Findings& findings);

}  // namespace twinledger::risk
