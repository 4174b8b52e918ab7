// Whether a run kept its promises.
//
//   L1 acknowledged   every outcome that a client was given is an accepted commit, there, as told
//   L2 once           no request has two accepted commits
//   L3 no ghost       what was said not to be in the log is not
//   L4 settled        every request has an outcome in the end, the same at each attempt
//   L5 chain          sequence, hash, time and key of the accepted commits
//   L6 order          of answers and later requests, of one client's requests, of reads by token
//   L7 agreement      all replicas and a rebuild hold equal rows and digests, and what the rules
//                     make of the commits
//   L8 accounting     every void record has a cause
//
// It reads the log by a chain of its own (raw_chain.h), not by the one under test.
#pragma once

#include <string>
#include <vector>

#include "tests/simulation/evidence.h"

namespace twinledger::simulation {

// Each begins with its promise: "L2 ...". None: all is well.
std::vector<std::string> Judge(const Evidence& evidence);

// Of log and requests alone, whatever is kept in it: without L7, and the part of L6 on reads.
std::vector<std::string> JudgeLog(const Evidence& evidence);

}  // namespace twinledger::simulation
