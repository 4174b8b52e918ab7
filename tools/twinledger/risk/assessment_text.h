// An assessment in words: what it is made of, how each line is worked out, and what lowers it most.
#pragma once

#include <string>

#include "risk/domain/rule_set.h"
#include "twinledger/risk/v1/assessment.pb.h"

namespace twinledger::client {

// REQUIRES: it was computed by these rules.
std::string AssessmentText(const risk::v1::Assessment& assessment, const risk::Rules& rules);

// 4441 is "4.441".
std::string Thousandths(std::int64_t number);

}  // namespace twinledger::client
