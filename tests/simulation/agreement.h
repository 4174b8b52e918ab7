// L7: replicas, a rebuild from zero and the rules themselves agree.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "platform/projection/projection.h"
#include "tests/simulation/evidence.h"
#include "tests/simulation/raw_chain.h"

namespace twinledger::simulation {

// What an account is after the commits up to `at`, by the rules alone.
std::string TextAt(const RawChain& chain, const std::string& account, log::Sequence at);

// Of replicas of one service: each holds all that was accepted of the streams that its projection
// follows, and the rows and digests that a rebuild from zero has.
std::vector<std::string> CheckReplicas(const Evidence& evidence,
                                       const projection::Projection& projection,
                                       const std::vector<ReplicaState>& replicas,
                                       const std::map<log::PartitionId, RawChain>& chains);

// The faults found. Of a damaged log only what a fresh reader makes of it is judged.
std::vector<std::string> CheckAgreement(const Evidence& evidence,
                                        const std::map<log::PartitionId, RawChain>& chains);

// Replicas hold different histories of a damaged log, and nobody knows: no replica has stopped and
// no client's token was refused. It is rare and cannot be excluded: what was lost may be followed
// by a late copy of itself (docs/append_protocol.md, rule 24).
bool DamageUnnoticed(const Evidence& evidence);

}  // namespace twinledger::simulation
