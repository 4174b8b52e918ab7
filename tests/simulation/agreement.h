// L7: replicas, a rebuild from zero and the rules themselves agree.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/simulation/evidence.h"
#include "tests/simulation/raw_chain.h"

namespace twinledger::simulation {

// What an account is after the commits up to `at`, by the rules alone.
std::string TextAt(const RawChain& chain, const std::string& account, log::Sequence at);

// The faults found. Of a damaged log only the replicas that have not stopped are held to it.
std::vector<std::string> CheckAgreement(const Evidence& evidence,
                                        const std::map<log::PartitionId, RawChain>& chains);

}  // namespace twinledger::simulation
