// What must be true of the shape by which an indicator's facts are found: it is one of the six, its
// inputs are on the allow-list and of the right kind, its cases exclude each other, every case of
// the indicator can be reached, and what follows otherwise is said.
#pragma once

#include <string>

#include "risk/domain/findings.h"
#include "twinledger/risk/v1/rule_set.pb.h"

namespace twinledger::risk {

// `at` begins the fields that are named: "indicators[3].".
void CheckShape(const v1::Indicator& indicator, const std::string& at, Findings& findings);

}  // namespace twinledger::risk
