// A council and its relationships, assessed for one day.
#pragma once

#include <string>
#include <vector>

#include "platform/base/result.h"
#include "risk/domain/day.h"
#include "risk/domain/rule_set.h"
#include "risk/inputs/council_inputs.h"
#include "risk/projection/risk_view.h"
#include "risk/receipts/past_scores.h"
#include "twinledger/risk/v1/assessment.pb.h"
#include "twinledger/risk/v1/scoring_input.pb.h"

namespace twinledger::risk {

// What is scored of a subject on a day.
struct Facts {
  Subject subject;
  v1::ScoringInput input;                             // Without what came before the day.
  std::string sha256;                                 // As of the receipt's facts_sha256.
  std::vector<std::string> pending_retractions = {};  // Ids of records.
};

Facts FactsOfRelationship(const CouncilInputs& inputs, const std::string& relationship_id,
                          const Rules& rules, Day as_of);

// Of the relationships in their order, and of the council itself, which is last. The errors are
// those of UnionOfFacts.
Result<std::vector<Facts>> FactsOf(const CouncilInputs& inputs, const Rules& rules, Day as_of);

struct Assessed {
  Subject subject;
  v1::ScoringInput input;
  v1::Assessment assessment;
  std::string facts_sha256;
  std::vector<std::string> pending_retractions = {};  // Ids of records.
  std::string highest_relationship_id = {};           // Of a council that has relationships.

  std::string input_sha256() const;
  std::string assessment_sha256() const;
};

// Of a relationship. The errors are those of Assess.
Result<Assessed> AssessRelationship(const Facts& facts, const Rules& rules, const Before& before);

// Of the council. Lines, sums, floors, R and what lowers it are those of its highest relationship;
// A, records and outcomes come from the facts of all of them. Without relationships, from its own
// facts alone. `relationships` are all that it has, on the same day, whatever came before them.
Result<Assessed> AssessWhole(const Facts& facts, const std::vector<Assessed>& relationships,
                             const Rules& rules, const Before& before);

}  // namespace twinledger::risk
