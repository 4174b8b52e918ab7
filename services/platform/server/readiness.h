// Whether a module's projection is such that its service should be sent calls.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "platform/projection/runner.h"

namespace twinledger::server {

// Why not, for people; empty if it is ready. `partitions` are the runner's: a status reads rows of
// each. A replica that is further behind than `behind_max` answers from too long ago; one that no
// broker tells where its log ends may be.
std::string WhyNotReady(const projection::Runner& runner,
                        const std::vector<projection::PartitionStatus>& partitions,
                        std::chrono::seconds behind_max);

}  // namespace twinledger::server
