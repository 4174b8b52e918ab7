// What must be true of a rule set before anything is scored by it. Its author is told every place
// that is wrong at once, by field.
#pragma once

#include "risk/domain/findings.h"
#include "twinledger/risk/v1/rule_set.pb.h"

namespace twinledger::risk {

// Caps sum to 100000; bands ascend from 0; every case has a code, a text and points within bounds;
// at most four mitigations act on an indicator, and none on those that assurance counts; shapes are
// total, their cases disjoint and their inputs on the allow-list (shape_check.h).
//
// The bounds keep every product of the engine within 63 bits.
void CheckRuleSet(const v1::RuleSet& set, Findings& findings);

}  // namespace twinledger::risk
