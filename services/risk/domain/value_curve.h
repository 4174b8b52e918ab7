// Gifts of one donor group are scored by what they sum to, so that to split one changes nothing.
#pragma once

#include <cstdint>

#include "twinledger/risk/v1/rule_set.pb.h"

namespace twinledger::risk {

// What a group's values sum to after decay and mitigation. Each product is kept whole, in cents and
// units of 2^-30 cents; it is rounded once, at the end. The sum needs no order and no wider type.
class DecayedSum {
 public:
  // `weight` is at most 2^30, `value_cents` at most kValueCentsMax.
  void Add(std::int64_t value_cents, std::int64_t weight);
  void Remove(std::int64_t value_cents, std::int64_t weight);  // What was added before.

  std::int64_t Cents(const v1::ValueCurve& curve) const;  // Cut at the curve's last point.

 private:
  std::int64_t cents_ = 0;
  std::int64_t fraction_ = 0;
};

// On the straight line between the points around `cents`; flat behind the last.
std::int64_t PointsOn(const v1::ValueCurve& curve, std::int64_t cents);

}  // namespace twinledger::risk
