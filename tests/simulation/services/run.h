// One simulated run of all services that write: nodes with registry, engagements and risk's
// process, officers, and a log under faults, every event drawn from one seed; then the faults end,
// another day passes, all comes to rest, and what is left is the evidence.
//
// Events: those of the log and of its writers, turns of a process, commands and answers on their
// way between it and its writer, services that end and start, stores that are lost, days that pass,
// clocks that jump by days and slightly back.
#pragma once

#include <cstdint>

#include "tests/simulation/coverage.h"
#include "tests/simulation/services/evidence.h"

namespace twinledger::simulation {

struct ServicesResult {
  ServicesEvidence evidence;
  Coverage coverage;
};

// `reads_offered` plants a bug: processes assess what may never be in the log.
ServicesResult SimulateServices(std::uint64_t seed, bool reads_offered = false);

}  // namespace twinledger::simulation
