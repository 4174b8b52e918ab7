// What one fact contributes, before it is ranked among others of its indicator.
#pragma once

#include <cstdint>

#include "risk/domain/day.h"
#include "risk/domain/rule_set.h"
#include "twinledger/risk/v1/scoring_input.pb.h"

namespace twinledger::risk {

inline constexpr std::int64_t kClears = 0;  // Of a mitigation factor: the fact is suppressed.

// Of what is listed for the indicator and verified, each mitigation once by its lowest factor:
// their product, at least the rule set's floor. kClears if one of them clears, kOnePermille if
// there is none.
std::int64_t MitigationFactor(const v1::Fact& fact, const IndicatorRule& rule, const Rules& rules);

// The same, were `mitigation` verified too, late or not.
std::int64_t MitigationFactorWith(const v1::Fact& fact, const IndicatorRule& rule,
                                  const Rules& rules, const v1::MitigationClaim& mitigation);

// An active fact that has not ended by `as_of` holds: it has no age.
bool IsHolding(const v1::Fact& fact, const IndicatorRule& rule, Day as_of);

// Recorded more days behind its end than are allowed.
bool IsLate(const v1::Fact& fact, const Rules& rules);

struct Aged {
  std::int32_t days = 0;
  std::int64_t decay = 0;  // In units of 2^-30.
};
// From its end, or from its record if that came late.
Aged AgeOf(const v1::Fact& fact, const IndicatorRule& rule, const Rules& rules, Day as_of);

// Permille, by the asset's criticality; kOnePermille unless the case is exposed.
std::int64_t ExposureOf(const v1::Fact& fact, const v1::Case& rule, const Rules& rules);

// What decay leaves of points x exposure x mitigation.
struct Contribution {
  std::int64_t base = 0;
  std::int64_t value = 0;
};
constexpr Contribution Contribute(std::int64_t points, std::int64_t exposure,
                                  std::int64_t mitigation, std::int64_t decay) {
  constexpr std::int64_t kOneSquared = 1'000'000;
  constexpr int kDecayShift = 30;
  const std::int64_t base = points * exposure * mitigation / kOneSquared;
  return {.base = base, .value = base * decay >> kDecayShift};
}

}  // namespace twinledger::risk
