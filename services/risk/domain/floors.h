// What R is never below, whatever the sum: grave facts until their cases are closed, and records
// that do not come.
#pragma once

#include <cstdint>
#include <vector>

#include "risk/domain/rule_set.h"
#include "twinledger/risk/v1/assessment.pb.h"
#include "twinledger/risk/v1/scoring_input.pb.h"

namespace twinledger::risk {

// Those in force, by height descending, cause and fact. A floor does not decay, and no mitigation
// but the one that its case names ends it.
std::vector<v1::FloorInForce> FloorsInForce(const v1::ScoringInput& input, const Rules& rules);

// Of what is received of what is expected; 0 for none.
std::int64_t CoverageFloor(const v1::Coverage& coverage, const Rules& rules);

inline constexpr const char* kCoverageCause = "COVERAGE";

}  // namespace twinledger::risk
