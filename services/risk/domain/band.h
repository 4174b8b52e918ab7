// The band of a score, and how slowly it is left downwards.
#pragma once

#include <cstdint>

#include "risk/domain/rule_set.h"
#include "twinledger/risk/v1/rule_set.pb.h"

namespace twinledger::risk {

// The highest band whose line is at most `r`, in thousandths: a value on the line is above it.
v1::Band BandOf(std::int64_t r, const Rules& rules);

// Up at once. Down only when R was under the line by more than the rule set says on 30 days in a
// row, and then as far as that allows. `previous` is the band of the day before (unspecified:
// BASELINE), `highest_before` the highest R of the 29 days before.
v1::Band BandOfDay(std::int64_t r, v1::Band previous, std::int64_t highest_before,
                   const Rules& rules);

}  // namespace twinledger::risk
