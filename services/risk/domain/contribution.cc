#include "risk/domain/contribution.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "risk/domain/bounds.h"
#include "risk/domain/decay.h"

namespace twinledger::risk {
namespace {

using FactorById = std::map<std::string_view, std::int64_t>;

void Take(const v1::MitigationClaim& claim, const IndicatorRule& rule, const Rules& rules,
          FactorById& factors) {
  const auto listed = rule.factors.find(claim.id());
  if (listed == rule.factors.end()) return;
  std::int64_t factor = listed->second;
  if (claim.late() && rules.FindMitigation(claim.id())->late_halves()) {
    factor = kOnePermille - (kOnePermille - factor) / 2;
  }
  const auto [taken, added] = factors.emplace(listed->first, factor);
  if (!added) taken->second = std::min(taken->second, factor);
}

FactorById VerifiedFactors(const v1::Fact& fact, const IndicatorRule& rule, const Rules& rules) {
  FactorById factors;
  for (const v1::MitigationClaim& claim : fact.mitigations()) {
    if (claim.state() == v1::MITIGATION_STATE_VERIFIED) Take(claim, rule, rules, factors);
  }
  return factors;
}

// One division: rounded once, whatever the order. At most four factors (checked at load).
std::int64_t Product(const FactorById& factors, const Rules& rules) {
  if (factors.empty()) return kOnePermille;
  std::int64_t product = 1;
  std::int64_t divisor = 1;
  for (const auto& [id, factor] : factors) {
    if (factor == kClears) return kClears;
    product *= factor;
    divisor *= kOnePermille;
  }
  return std::max<std::int64_t>(rules.set().mitigation_floor_permille(),
                                product / (divisor / kOnePermille));
}

}  // namespace

std::int64_t MitigationFactor(const v1::Fact& fact, const IndicatorRule& rule, const Rules& rules) {
  return Product(VerifiedFactors(fact, rule, rules), rules);
}

std::int64_t MitigationFactorWith(const v1::Fact& fact, const IndicatorRule& rule,
                                  const Rules& rules, const v1::MitigationClaim& mitigation) {
  FactorById factors = VerifiedFactors(fact, rule, rules);
  Take(mitigation, rule, rules, factors);
  return Product(factors, rules);
}

bool IsHolding(const v1::Fact& fact, const IndicatorRule& rule, Day as_of) {
  return rule.data->active() && (!fact.has_end() || fact.end() > as_of);
}

bool IsLate(const v1::Fact& fact, const Rules& rules) {
  if (!fact.has_recorded() || !fact.has_end()) return false;
  const std::int32_t allowed =
      fact.has_allowed() ? fact.allowed() : rules.set().report_days().usual();
  return fact.recorded() - fact.end() > allowed;
}

Aged AgeOf(const v1::Fact& fact, const IndicatorRule& rule, const Rules& rules, Day as_of) {
  if (IsHolding(fact, rule, as_of)) return {.days = 0, .decay = kNoDecay};
  const Day start = IsLate(fact, rules) ? fact.recorded() : fact.end();
  const std::int32_t days = std::max(0, as_of - start);
  return {.days = days, .decay = Decay(days, rule.data->half_life_days())};
}

std::int64_t ExposureOf(const v1::Fact& fact, const v1::Case& rule, const Rules& rules) {
  if (!rule.exposed()) return kOnePermille;
  const v1::ExposureFactors& exposure = rules.set().exposure();
  if (fact.criticality() == v1::CRITICALITY_IMPORTANT) return exposure.important_permille();
  if (fact.criticality() == v1::CRITICALITY_CRITICAL) return exposure.critical_permille();
  return exposure.none_permille();
}

}  // namespace twinledger::risk
