#include "risk/domain/floors.h"

#include <algorithm>
#include <tuple>

#include "risk/domain/bounds.h"

namespace twinledger::risk {
namespace {

bool IsCleared(const v1::Fact& fact, const v1::Case& rule) {
  return std::ranges::any_of(fact.mitigations(), [&](const v1::MitigationClaim& claim) {
    return claim.id() == rule.floor_cleared_by() && claim.state() == v1::MITIGATION_STATE_VERIFIED;
  });
}

bool IsInForce(const v1::Fact& fact, const v1::Case& rule, const Rules& rules, Day as_of) {
  if (rule.floor() == 0 || IsCleared(fact, rule)) return false;
  return !fact.has_floor_closed() ||
         as_of - fact.floor_closed() < rules.set().floor_days_after_closure();
}

v1::FloorInForce Floor(std::int64_t height, std::string cause, std::string fact) {
  v1::FloorInForce floor;
  floor.set_floor(height);
  floor.set_cause(std::move(cause));
  floor.set_fact(std::move(fact));
  return floor;
}

}  // namespace

std::int64_t CoverageFloor(const v1::Coverage& coverage, const Rules& rules) {
  for (const v1::CoverageFloor& one : rules.set().coverage()) {
    if (coverage.received() * kOnePermille < coverage.expected() * one.below_permille()) {
      return one.floor();
    }
  }
  return 0;
}

std::vector<v1::FloorInForce> FloorsInForce(const v1::ScoringInput& input, const Rules& rules) {
  std::vector<v1::FloorInForce> floors;
  for (const v1::Fact& fact : input.facts()) {
    const v1::Case& rule = *rules.Find(fact.indicator())->cases.find(fact.case_())->second;
    if (IsInForce(fact, rule, rules, input.as_of())) {
      floors.push_back(Floor(rule.floor(), fact.indicator() + "/" + fact.case_(), fact.id()));
    }
  }
  if (const std::int64_t floor = CoverageFloor(input.coverage(), rules); floor > 0) {
    floors.push_back(Floor(floor, kCoverageCause, ""));
  }
  std::ranges::sort(floors, [](const v1::FloorInForce& a, const v1::FloorInForce& b) {
    return std::tuple(-a.floor(), std::string_view(a.cause()), std::string_view(a.fact())) <
           std::tuple(-b.floor(), std::string_view(b.cause()), std::string_view(b.fact()));
  });
  return floors;
}

}  // namespace twinledger::risk
