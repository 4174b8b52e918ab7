// One simulated run: replicas, clients and a log under faults, every event drawn from one seed;
// then the faults end, all comes to rest, and what is left is the evidence.
//
// Events: a frame lands or is reported, a report, a record or a tail reaches a writer, a client
// sends, a tick, a kill, a restart, a clock that jumps, a stranger's record; in some runs the log
// loses its tail.
#pragma once

#include <cstdint>

#include "tests/simulation/coverage.h"
#include "tests/simulation/crashing_store.h"
#include "tests/simulation/evidence.h"

namespace twinledger::simulation {

struct RunResult {
  Evidence evidence;
  Coverage coverage;
};

// `tear` plants a bug.
RunResult Simulate(std::uint64_t seed, Tear tear = Tear::kNone);

}  // namespace twinledger::simulation
