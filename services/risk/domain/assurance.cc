#include "risk/domain/assurance.h"

#include <algorithm>
#include <set>
#include <string>

namespace twinledger::risk {
namespace {

std::int64_t CountUnverified(const ScoreSheet& sheet) {
  std::set<std::string> references;
  for (const WeighedFact& fact : sheet.facts) {
    if (!fact.counts()) continue;
    for (const v1::MitigationClaim& claim : fact.fact->mitigations()) {
      if (IsUnverified(fact, claim)) references.insert(ReferenceOf(*fact.fact, claim));
    }
  }
  return static_cast<std::int64_t>(references.size());
}

std::int64_t CountCredits(const v1::ScoringInput& input, const v1::AssuranceRule& rule) {
  std::int64_t credits = 0;
  for (const v1::Credit& credit : input.credits()) {
    const Day age = input.as_of() - credit.day();
    if (age >= 0 && age < rule.credit_days()) ++credits;
  }
  return std::min<std::int64_t>(credits, rule.credits_most());
}

std::size_t PlaceOf(const std::string& category, const Rules& rules) {
  std::size_t place = 0;
  for (const v1::Category& one : rules.set().categories()) {
    if (one.id() == category) break;
    ++place;
  }
  return place;
}

}  // namespace

std::string ReferenceOf(const v1::Fact& fact, const v1::MitigationClaim& claim) {
  return claim.ref().empty() ? fact.id() + "/" + claim.id() : claim.ref();
}

bool IsUnverified(const WeighedFact& fact, const v1::MitigationClaim& claim) {
  if (claim.state() != v1::MITIGATION_STATE_CLAIMED) return false;
  if (!fact.rule->factors.contains(claim.id())) return false;
  return std::ranges::none_of(fact.fact->mitigations(), [&](const v1::MitigationClaim& other) {
    return other.id() == claim.id() && other.state() == v1::MITIGATION_STATE_VERIFIED;
  });
}

v1::AssuranceSum Assurance(const ScoreSheet& sheet, const v1::ScoringInput& input,
                           const Rules& rules) {
  const v1::AssuranceRule& rule = rules.set().assurance();
  v1::AssuranceSum sum;
  sum.set_transparency(SumWithoutVolunteered(sheet, rules, PlaceOf(rule.category(), rules)));
  sum.set_unverified(CountUnverified(sheet));
  sum.set_overdue_actions(input.overdue_actions());
  sum.set_credits(CountCredits(input, rule));
  const std::int64_t a = rule.start() - rule.per_point() * sum.transparency() -
                         rule.unverified() * sum.unverified() -
                         rule.overdue() * sum.overdue_actions() + rule.credit() * sum.credits();
  sum.set_a(std::min(rule.start(), std::max<std::int64_t>(0, a)));
  return sum;
}

}  // namespace twinledger::risk
