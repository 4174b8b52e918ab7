// A council's score from those of its relationships. Many relationships add nothing by themselves:
// the council's R is the highest of theirs.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "platform/base/result.h"
#include "platform/base/strong_id.h"
#include "risk/domain/rule_set.h"
#include "twinledger/risk/v1/assessment.pb.h"
#include "twinledger/risk/v1/scoring_input.pb.h"

namespace twinledger::risk {

using ScoredId = StrongId<struct ScoredTag>;  // Of the relationship.

struct Scored {
  ScoredId id;
  v1::Assessment assessment;
};

// The one that the council's R is of: the highest R, then the highest uncapped sum, then the first
// id. REQUIRES: there is one.
const Scored& HighestOf(std::span<const Scored> relationships);

// In the order in which they are worked on: band, R and uncapped sum descending, then id.
void SortForWork(std::vector<Scored>& relationships);

// What the council's A is computed from: the facts of all its relationships, each id once, and what
// is not known of them, with what `council` says of the council itself (coverage, actions, credits,
// its own facts).
// INVALID_ARGUMENT, reason INPUT_INVALID, where an id stands for two different facts.
Result<v1::ScoringInput> UnionOfFacts(v1::ScoringInput council,
                                      std::span<const v1::ScoringInput> relationships);

}  // namespace twinledger::risk
