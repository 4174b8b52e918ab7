// Inputs as RapidCheck makes them up: sound, and full of repeats, ties, mitigations and edges.
#pragma once

#include <rapidcheck.h>

#include <string>
#include <vector>

#include "tests/unit/risk/scoring.h"

namespace twinledger::risk {

// Evenly, also in the first cases, which RapidCheck would keep small.
inline std::int64_t AnyOf(std::int64_t least, std::int64_t most) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(least, most + 1));
}
inline bool OneIn(int cases) { return AnyOf(1, cases) == 1; }

inline void AddAnyMitigation(const IndicatorRule& rule, v1::Fact& fact) {
  v1::MitigationClaim& claim = *fact.add_mitigations();
  std::vector<std::string> listed;
  for (const auto& [id, factor] : rule.factors) listed.emplace_back(id);
  // Mostly one that does something here.
  claim.set_id(listed.empty() || OneIn(5)
                   ? Tl1().set().mitigations(static_cast<int>(AnyOf(0, 13))).id()
                   : listed[static_cast<std::size_t>(
                         AnyOf(0, static_cast<std::int64_t>(listed.size()) - 1))]);
  claim.set_state(OneIn(2) ? v1::MITIGATION_STATE_VERIFIED : v1::MITIGATION_STATE_CLAIMED);
  claim.set_late(OneIn(3));
  if (OneIn(3)) claim.set_ref("ref-" + std::to_string(AnyOf(1, 3)));
}

inline v1::Fact AnyFact(const std::string& id) {
  // Few indicators, so that they repeat.
  static const std::vector<std::string> kOften{"A1", "B2", "B6", "C3", "E1", "F1", "H1", "H2"};
  const IndicatorRule& rule = OneIn(2) ? Tl1().indicators()[static_cast<std::size_t>(AnyOf(0, 39))]
                                       : *Tl1().Find(kOften[static_cast<std::size_t>(AnyOf(0, 7))]);
  v1::Fact fact;
  fact.set_id(id);
  fact.set_indicator(rule.id());
  fact.set_case_(rule.data->cases(static_cast<int>(AnyOf(0, rule.data->cases_size() - 1))).code());
  if (!rule.data->active() || OneIn(2)) {
    fact.set_end(static_cast<Day>(kToday - (OneIn(4) ? AnyOf(-5, 3) : AnyOf(0, 1500))));
  }
  if (OneIn(3)) {
    fact.set_recorded(static_cast<Day>(kToday - (OneIn(3) ? 0 : AnyOf(0, 800))));
    if (OneIn(3)) fact.set_allowed(static_cast<std::int32_t>(OneIn(2) ? 184 : AnyOf(0, 40)));
  }
  fact.set_criticality(static_cast<v1::Criticality>(AnyOf(0, 3)));
  for (std::int64_t n = AnyOf(0, 3); n > 0; --n) AddAnyMitigation(rule, fact);
  if (rule.on_curve()) {
    fact.set_group("group-" + std::to_string(AnyOf(1, 3)));
    fact.set_value_cents(OneIn(5) ? AnyOf(0, 8'000'000'000) : AnyOf(0, 100'000));
  }
  if (OneIn(6)) fact.set_floor_closed(static_cast<Day>(kToday - AnyOf(170, 190)));
  fact.set_volunteered(rule.data->volunteered() && OneIn(2));
  return fact;
}

inline v1::ScoringInput AnyInput() {
  v1::ScoringInput input;
  input.set_as_of(kToday);
  for (std::int64_t n = AnyOf(0, 25); n > 0; --n) {
    *input.add_facts() = AnyFact("fact-" + std::to_string(n));
  }
  if (OneIn(3)) {
    input.mutable_coverage()->set_expected(AnyOf(0, 10));
    input.mutable_coverage()->set_received(AnyOf(0, 10));
  }
  if (OneIn(3)) input.set_overdue_actions(static_cast<std::int32_t>(AnyOf(0, 5)));
  for (std::int64_t n = AnyOf(0, 3); n > 0; --n) {
    v1::Credit& credit = *input.add_credits();
    credit.set_kind(static_cast<v1::CreditKind>(AnyOf(1, 2)));
    credit.set_day(static_cast<Day>(kToday - AnyOf(-2, 400)));
  }
  if (OneIn(2)) {
    input.set_previous_band(static_cast<v1::Band>(AnyOf(0, 5)));
    input.set_highest_r_29(AnyOf(0, 100'000));
  }
  return input;
}

}  // namespace twinledger::risk
