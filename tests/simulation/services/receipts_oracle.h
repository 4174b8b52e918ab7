// Whether what processes recorded is what the accepted history comes to.
//
//   R1 not doubled    of one input one commit and one receipt; each receipt follows the one before
//                     it, differs from it, and is not of an older day or position
//   R2 none missing   each council is looked at for each day; where a look saw all that was
//                     recorded by the end of the day and found nothing missing, the last receipt
//                     says what the engine makes of that; so it does at the end, of each day since
//                     the council's last receipt; what is read late is looked at from its own day
//                     on
//   R3 recomputed     every receipt comes to the same hashes again
//   R4 alerts         one for each change of a band, beside the receipt that tells of it, no other
//   R5 bands          where nothing came late, the bands are those of the engine's own R, day by
//   day
//
// It reads commits by a chain of its own and rows by a rebuild in memory; what is scored and how
// is the engine's.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/simulation/coverage.h"
#include "tests/simulation/raw_chain.h"
#include "tests/simulation/services/evidence.h"

namespace twinledger::simulation {

// Each begins with its promise: "R1 ...". None: all is well.
std::vector<std::string> JudgeReceipts(const ServicesEvidence& evidence,
                                       const std::map<log::PartitionId, RawChain>& chains,
                                       Coverage& coverage);

// Of a whole run: log and requests, the replicas of each service, and receipts.
std::vector<std::string> JudgeServices(const ServicesEvidence& evidence, Coverage& coverage);

}  // namespace twinledger::simulation
