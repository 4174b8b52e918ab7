// What an indicator comes to where not all is known: it is judged for everything that may be true.
// Where all of that comes to the same, it is certain; where all of it is a hit, the case that
// weighs least is. So an answer that is missing neither makes a hit nor takes one away.
#pragma once

#include <span>
#include <vector>

#include "risk/domain/rule_set.h"
#include "risk/domain/shapes.h"

namespace twinledger::risk {

struct Finding {
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  const v1::Case* hit = nullptr;
  bool certain = true;  // False: it is a hit for certain, and another case may be the true one.
};

// What all may come to, together. REQUIRES: there is at least one.
Finding Together(const IndicatorRule& rule, std::span<const Judged> possible);

// For field cases. Each reading is something that may be true; an input that it leaves out may have
// any of its values.
Finding JudgeReadings(const IndicatorRule& rule, std::span<const Choices> readings);

}  // namespace twinledger::risk
