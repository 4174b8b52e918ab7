// A score with some facts changed, without computing the rest again.
#pragma once

#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

#include "risk/domain/rule_set.h"
#include "risk/domain/score_sheet.h"
#include "twinledger/risk/v1/assessment.pb.h"

namespace twinledger::risk {

// A fact with another factor of its mitigations; kClears for one that weighs nothing any more.
struct Change {
  const WeighedFact* fact = nullptr;
  std::int64_t mitigation = 0;
};

struct Totals {
  std::int64_t r = 0;
  std::int64_t uncapped = 0;
};

// Threads: confined to one.
class WhatIf {
 public:
  // All must outlive it.
  WhatIf(const ScoreSheet& sheet, const std::vector<v1::FloorInForce>& floors, const Rules& rules);

  // With these changes, each fact at most once, and without the floors that `is_lifted` names.
  template <class Lifted>
  Totals After(const std::vector<Change>& changes, const Lifted& is_lifted) const {
    Totals totals = Sums(changes);
    for (const v1::FloorInForce& floor : floors_) {
      if (is_lifted(floor)) continue;
      totals.r = std::max(totals.r, floor.floor());
      break;  // They are sorted by height.
    }
    return totals;
  }

 private:
  Totals Sums(const std::vector<Change>& changes) const;
  std::int64_t SumOfIndicator(std::size_t indicator, const std::vector<Change>& changes) const;

  const ScoreSheet& sheet_;
  const std::vector<v1::FloorInForce>& floors_;
  const Rules& rules_;
  std::vector<std::int64_t> indicator_sums_;
};

}  // namespace twinledger::risk
