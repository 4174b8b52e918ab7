#include "risk/domain/what_if.h"

#include <algorithm>
#include <map>

#include "risk/domain/repeats.h"

namespace twinledger::risk {
namespace {

using ValueByOwner = std::map<std::size_t, std::int64_t>;

ValueByOwner ChangedFacts(const std::vector<Change>& changes) {
  ValueByOwner values;
  for (const Change& change : changes) {
    const WeighedFact& fact = *change.fact;
    values[fact.owner] =
        Contribute(fact.rule_case->points(), fact.exposure, change.mitigation, fact.aged.decay)
            .value;
  }
  return values;
}

ValueByOwner ChangedGroups(const ScoreSheet& sheet, const v1::ValueCurve& curve,
                           const std::vector<Change>& changes) {
  std::map<std::size_t, DecayedSum> sums;
  for (const Change& change : changes) {
    const WeighedFact& gift = *change.fact;
    DecayedSum& sum = sums.emplace(gift.owner, sheet.groups[gift.owner].sum).first->second;
    sum.Remove(gift.fact->value_cents(), gift.Weight(gift.mitigation));
    sum.Add(gift.fact->value_cents(), gift.Weight(change.mitigation));
  }
  ValueByOwner values;
  for (const auto& [group, sum] : sums) values[group] = PointsOn(curve, sum.Cents(curve));
  return values;
}

}  // namespace

WhatIf::WhatIf(const ScoreSheet& sheet, const std::vector<v1::FloorInForce>& floors,
               const Rules& rules)
    : sheet_(sheet), floors_(floors), rules_(rules) {
  for (const std::vector<RankedValue>& ranked : sheet.ranked) {
    std::int64_t sum = 0;
    for (const RankedValue& value : ranked) sum += value.line.net();
    indicator_sums_.push_back(sum);
  }
}

// Only the highest values weigh anything: the changed ones, and as many others as are not yet 0.
std::int64_t WhatIf::SumOfIndicator(std::size_t indicator,
                                    const std::vector<Change>& changes) const {
  const IndicatorRule& rule = rules_.indicators()[indicator];
  const ValueByOwner changed = rule.on_curve()
                                   ? ChangedGroups(sheet_, rule.data->value_curve(), changes)
                                   : ChangedFacts(changes);
  std::vector<std::int64_t> values;
  for (const auto& [owner, value] : changed) values.push_back(value);
  Repeats others(rules_.set().repeat_divisor());
  for (const RankedValue& ranked : sheet_.ranked[indicator]) {
    if (others.AreZero()) break;
    if (changed.contains(ranked.owner)) continue;
    values.push_back(ranked.value);
    others.Net(ranked.value);
  }
  std::ranges::sort(values, std::greater<>());
  Repeats repeats(rules_.set().repeat_divisor());
  std::int64_t sum = 0;
  for (const std::int64_t value : values) sum += repeats.Net(value);
  return sum;
}

Totals WhatIf::Sums(const std::vector<Change>& changes) const {
  std::map<std::size_t, std::vector<Change>> by_indicator;
  for (const Change& change : changes) by_indicator[change.fact->indicator].push_back(change);
  std::vector<std::int64_t> sums = sheet_.category_sums;
  for (const auto& [indicator, of_indicator] : by_indicator) {
    sums[rules_.indicators()[indicator].category] +=
        SumOfIndicator(indicator, of_indicator) - indicator_sums_[indicator];
  }
  Totals totals;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    totals.uncapped += sums[i];
    totals.r += std::min(sums[i], rules_.set().categories(static_cast<int>(i)).cap());
  }
  return totals;
}

}  // namespace twinledger::risk
