// The chain rule a second time, as plainly as it can be said, for the oracle: which records of a
// partition count. Writer keys are those of the founding; none is enrolled later.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/evidence.h"

namespace twinledger::simulation {

struct RawCommit {
  log::v1::Commit commit;
  crypto::Hash hash{};
};

struct RawChain {
  std::vector<RawCommit> commits;  // The one at sequence s is commits[s - 1].
  std::vector<log::Offset> accepted;
  std::vector<log::Offset> voids;
};

RawChain ReadChain(const Evidence& evidence, const log::PartitionId& partition);

}  // namespace twinledger::simulation
