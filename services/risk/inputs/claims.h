// What a record claims to have been done about the risk that it may be, as far as it came in time.
// A day of which only the month or year is known counts as its last, or first, whichever is worse
// for the claim: what makes a fact weigh less must be shown.
//
// M3 is none of them: what was declined or returned is no accepted benefit, and no fact. M6 acts on
// what is not looked for.
#pragma once

#include <string_view>
#include <vector>

#include "risk/domain/rule_set.h"
#include "risk/inputs/council_records.h"

namespace twinledger::risk {

// Ids of the rule set's mitigations, in the order of their numbers.
std::vector<std::string_view> ClaimsOf(const Told& told, const Rules& rules);

}  // namespace twinledger::risk
