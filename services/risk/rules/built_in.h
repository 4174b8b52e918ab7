// Rule sets that the program has with it.
#pragma once

#include <string_view>

#include "risk/domain/rule_set.h"

namespace twinledger::risk {

extern const std::string_view kTl1Text;  // services/risk/rules/tl-1.txtpb, to the byte.

// TL-1, the first and so far the only one, checked.
const Rules& Tl1();

}  // namespace twinledger::risk
