// Which seeds a suite runs, as its environment says, and running them: schedules share nothing, so
// as many threads as there are processors take the next seed each.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "tests/simulation/coverage.h"

namespace twinledger::simulation {

struct Seeds {
  std::uint64_t first = 1;
  std::uint64_t count = 0;
};

std::optional<std::uint64_t> SeedAlone();  // TWINLEDGER_SIMULATION_SEED
// TWINLEDGER_SIMULATION_SEEDS, of which a suite whose runs are `weight` times as long takes so much
// the fewer, and TWINLEDGER_SIMULATION_FIRST_SEED.
Seeds SeedsOr(std::uint64_t count_by_default, std::uint64_t weight = 1);

// What all of them saw. Ends early once a test has failed. `run` is called by several threads.
Coverage RunAll(const Seeds& seeds, const std::function<Coverage(std::uint64_t seed)>& run);

}  // namespace twinledger::simulation
