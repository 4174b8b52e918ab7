// All contributions to a score, ranked and summed by category: what R, A and reductions are read
// from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "risk/domain/contribution.h"
#include "risk/domain/rule_set.h"
#include "risk/domain/value_curve.h"
#include "twinledger/risk/v1/assessment.pb.h"
#include "twinledger/risk/v1/scoring_input.pb.h"

namespace twinledger::risk {

// A fact with its factors. It borrows from input and rules.
struct WeighedFact {
  const v1::Fact* fact = nullptr;
  const IndicatorRule* rule = nullptr;
  const v1::Case* rule_case = nullptr;
  std::size_t indicator = 0;  // Its place among the rule set's.
  std::int64_t mitigation = 0;
  Aged aged = {};
  std::int64_t exposure = 0;
  Contribution contribution = {};
  std::size_t owner = 0;  // Of the value that it makes or is part of: RankedValue::owner.

  bool suppressed() const { return mitigation == kClears; }
  // What its cents count for, on a curve.
  std::int64_t Weight(std::int64_t mitigation_permille) const;
  // Whether it makes any difference, on a curve or by itself.
  bool counts() const;
};

// A value that is ranked within its indicator: of one fact, or of a donor group.
struct RankedValue {
  std::int64_t value = 0;
  std::size_t owner = 0;  // Place of the fact, or of the group.
  v1::Line line = {};
};

// The gifts of a donor group.
struct DonorGroup {
  std::size_t indicator = 0;
  DecayedSum sum = {};
  std::vector<const WeighedFact*> gifts = {};
};

struct ScoreSheet {
  std::vector<WeighedFact> facts;
  std::vector<DonorGroup> groups;
  std::vector<std::vector<RankedValue>> ranked;  // By indicator, highest first; none is 0.
  std::vector<std::int64_t> category_sums;       // Before caps.
};

// REQUIRES: `input` passes CheckInput, and both outlive the sheet.
ScoreSheet FillSheet(const v1::ScoringInput& input, const Rules& rules);

// Of one category, ranked anew over the facts that were not volunteered.
std::int64_t SumWithoutVolunteered(const ScoreSheet& sheet, const Rules& rules,
                                   std::size_t category);

}  // namespace twinledger::risk
