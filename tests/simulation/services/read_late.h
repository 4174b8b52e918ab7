// R2 of what a process read late: one that looked at a council before, and has read more of it
// since, looks at it from the day on of which that is, whichever day it has become.
#pragma once

#include <string>
#include <vector>

#include "platform/store/key_value.h"
#include "tests/simulation/coverage.h"
#include "tests/simulation/services/evidence.h"

namespace twinledger::simulation {

// `rows` hold all that is accepted. Each begins with "R2 ...". None: all is well.
std::vector<std::string> CheckReadLate(const std::vector<Look>& looks,
                                       const store::KeyValueReader& rows, Coverage& coverage);

}  // namespace twinledger::simulation
