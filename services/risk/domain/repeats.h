// Repeats of an indicator count less and less: the k-th highest value is divided by the rule set's
// divisor to the power of k - 1. By 3, they sum to at most one and a half times the highest.
#pragma once

#include <cstdint>
#include <vector>

#include "risk/domain/bounds.h"

namespace twinledger::risk {

// Give it the values from the highest on.
class Repeats {
 public:
  explicit Repeats(std::int64_t divisor) : divisor_(divisor) {}

  std::int64_t Net(std::int64_t value) {
    const std::int64_t net = value / power_;
    // Past every value there can be all nets are 0: the power needs not be computed further.
    if (!AreZero()) power_ *= divisor_;
    return net;
  }

  // Whether all nets are 0 from here on.
  bool AreZero() const { return power_ > kValueMax; }

 private:
  static constexpr std::int64_t kValueMax = kPointsMax * kExposureMax / kOnePermille;

  std::int64_t divisor_;
  std::int64_t power_ = 1;
};

}  // namespace twinledger::risk
