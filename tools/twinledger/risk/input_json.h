// A ScoringInput as people and scripts write it, in JSON.
//
//   {"as_of": "2026-06-30",
//    "facts": [{"id": "trip", "indicator": "A3", "case": "HALF_OR_MORE", "end": "2025-12-12"}]}
//
// Members are those of twinledger.risk.v1.ScoringInput; days are dates, enums their last words, and
// numbers integers. null is the same as left out. "name" is for who keeps the file, and is not
// scored.
#pragma once

#include <string>

#include "platform/base/result.h"
#include "risk/domain/rule_set.h"
#include "twinledger/risk/v1/scoring_input.pb.h"

namespace twinledger::client {

// INVALID_ARGUMENT, reason INPUT_INVALID, with every violation: of the form, a member that there is
// not or is twice, and of what CheckInput looks at.
Result<risk::v1::ScoringInput> ReadScoringInput(const std::string& text, const risk::Rules& rules);

}  // namespace twinledger::client
