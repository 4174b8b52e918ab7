// What can still be done, and how much it lowers R: the drop of an action is R as it is, less R
// computed again with it done.
#pragma once

#include <vector>

#include "risk/domain/rule_set.h"
#include "risk/domain/score_sheet.h"
#include "twinledger/risk/v1/assessment.pb.h"

namespace twinledger::risk {

// The three that lower R most; among equals, those that lower the uncapped sum most, then by kind,
// first fact, mitigation and reference. Actions that lower neither are none.
//
// An action is to verify what is claimed (all claims with one reference together), to do and have
// verified what the rule set says can still be done, to end what holds and then weighs nothing, or
// to file the records that are missing. Each looks only at what it changes, so that all of them
// together take about as long as the sheet itself.
std::vector<v1::Reduction> BestReductions(const v1::ScoringInput& input, const ScoreSheet& sheet,
                                          const std::vector<v1::FloorInForce>& floors,
                                          const Rules& rules);

}  // namespace twinledger::risk
