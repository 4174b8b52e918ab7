// What can still be done about a score, in words.
#pragma once

#include <string>

#include "risk/domain/rule_set.h"
#include "twinledger/risk/v1/assessment.pb.h"

namespace twinledger::reporting {

// REQUIRES: `action` is of an assessment by these rules.
std::string ActionText(const risk::v1::Reduction& action, const risk::Rules& rules);

// What the rules say of a line's case.
std::string LineText(const risk::v1::Line& line, const risk::Rules& rules);

}  // namespace twinledger::reporting
