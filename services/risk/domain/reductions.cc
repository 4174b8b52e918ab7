#include "risk/domain/reductions.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "risk/domain/assurance.h"
#include "risk/domain/floors.h"
#include "risk/domain/what_if.h"

namespace twinledger::risk {
namespace {

constexpr std::size_t kShown = 3;

struct Action {
  v1::ReductionKind kind = v1::REDUCTION_KIND_UNSPECIFIED;
  std::string_view mitigation = {};
  std::string ref = {};
  std::vector<Change> changes = {};
};

bool IsClaimed(const WeighedFact& fact, std::string_view mitigation) {
  return std::ranges::any_of(fact.fact->mitigations(), [&](const v1::MitigationClaim& claim) {
    return claim.id() == mitigation;
  });
}

bool IsStillPossible(const v1::Mitigation& mitigation, const WeighedFact& fact, const Rules& rules,
                     Day as_of) {
  if (mitigation.remedy() == v1::REMEDY_BEFORE_ONLY) return false;
  if (!fact.fact->has_end()) return true;
  const Day end = fact.fact->end();
  if (mitigation.within_days() > 0) return as_of - end <= mitigation.within_days();
  if (mitigation.within_working_days() == 0) return true;
  return WithinWorkingDays(end, as_of, mitigation.within_working_days(), rules.holidays());
}

// What is claimed, by mitigation and reference: one look verifies all of it.
void AddClaims(const std::vector<const WeighedFact*>& facts, const Rules& rules,
               std::vector<Action>& actions) {
  std::map<std::pair<std::string_view, std::string>, std::map<const WeighedFact*, std::int64_t>>
      claims;
  for (const WeighedFact* fact : facts) {
    for (const v1::MitigationClaim& claim : fact->fact->mitigations()) {
      if (!IsUnverified(*fact, claim)) continue;
      const std::int64_t factor = MitigationFactorWith(*fact->fact, *fact->rule, rules, claim);
      auto& of_facts = claims[{claim.id(), ReferenceOf(*fact->fact, claim)}];
      // The same one claimed twice on a fact acts once, by its lower factor.
      const auto [taken, added] = of_facts.emplace(fact, factor);
      if (!added) taken->second = std::min(taken->second, factor);
    }
  }
  for (auto& [key, of_facts] : claims) {
    Action action{.kind = v1::REDUCTION_KIND_VERIFY, .mitigation = key.first, .ref = key.second};
    for (const auto& [fact, factor] : of_facts) action.changes.push_back({fact, factor});
    actions.push_back(std::move(action));
  }
}

void AddRemedies(const WeighedFact& fact, const Rules& rules, Day as_of,
                 std::vector<Action>& actions) {
  for (const auto& [id, factor] : fact.rule->factors) {
    if (IsClaimed(fact, id)) continue;
    const v1::Mitigation& mitigation = *rules.FindMitigation(id);
    if (!IsStillPossible(mitigation, fact, rules, as_of)) continue;
    v1::MitigationClaim done;
    done.set_id(mitigation.id());
    done.set_late(mitigation.remedy() == v1::REMEDY_AFTERWARDS_AS_LATE);
    actions.push_back(
        {.kind = v1::REDUCTION_KIND_MITIGATE,
         .mitigation = id,
         .changes = {{&fact, MitigationFactorWith(*fact.fact, *fact.rule, rules, done)}}});
  }
  const bool ends_at_once =
      fact.rule->data->half_life_days() == 0 && IsHolding(*fact.fact, *fact.rule, as_of);
  if (ends_at_once) {
    actions.push_back({.kind = v1::REDUCTION_KIND_END, .changes = {{&fact, kClears}}});
  }
}

class Candidates {
 public:
  Candidates(const v1::ScoringInput& input, const ScoreSheet& sheet,
             const std::vector<v1::FloorInForce>& floors, const Rules& rules)
      : sheet_(sheet), rules_(rules), what_if_(sheet, floors, rules), as_of_(input.as_of()) {
    const auto none = [](const v1::FloorInForce&) { return false; };
    now_ = what_if_.After({}, none);
    for (const v1::FloorInForce& floor : floors) with_floor_.insert(floor.fact());
  }

  std::vector<v1::Reduction> Judged() {
    std::vector<const WeighedFact*> facts;  // Of which something can change.
    for (const WeighedFact& fact : sheet_.facts) {
      if (fact.counts() || with_floor_.contains(fact.fact->id())) facts.push_back(&fact);
    }
    std::vector<Action> actions;
    AddClaims(facts, rules_, actions);
    for (const WeighedFact* fact : facts) AddRemedies(*fact, rules_, as_of_, actions);
    if (with_floor_.contains("")) actions.push_back({.kind = v1::REDUCTION_KIND_FILE_RECORDS});
    std::vector<v1::Reduction> reductions;
    for (const Action& action : actions) {
      v1::Reduction reduction = Judge(action);
      if (reduction.drop() > 0 || reduction.uncapped_drop() > 0) {
        reductions.push_back(std::move(reduction));
      }
    }
    return reductions;
  }

 private:
  v1::Reduction Judge(const Action& action) const {
    std::set<std::string_view> lifted;  // Facts whose floor the mitigation ends.
    std::vector<std::string> ids;
    for (const Change& change : action.changes) {
      ids.push_back(change.fact->fact->id());
      const bool ends_floor = !action.mitigation.empty() &&
                              change.fact->rule_case->floor_cleared_by() == action.mitigation;
      if (ends_floor) lifted.insert(change.fact->fact->id());
    }
    if (action.kind == v1::REDUCTION_KIND_FILE_RECORDS) lifted.insert("");
    const Totals then = what_if_.After(action.changes, [&](const v1::FloorInForce& floor) {
      return lifted.contains(floor.fact());
    });
    v1::Reduction reduction;
    reduction.set_kind(action.kind);
    reduction.set_mitigation(std::string(action.mitigation));
    reduction.set_ref(action.ref);
    std::ranges::sort(ids);
    reduction.mutable_facts()->Assign(ids.begin(), ids.end());
    reduction.set_drop(now_.r - then.r);
    reduction.set_uncapped_drop(now_.uncapped - then.uncapped);
    return reduction;
  }

  const ScoreSheet& sheet_;
  const Rules& rules_;
  WhatIf what_if_;
  Day as_of_;
  Totals now_;
  std::set<std::string_view> with_floor_;
};

auto OrderOf(const v1::Reduction& one) {
  return std::tuple(-one.drop(), -one.uncapped_drop(), one.kind(),
                    one.facts().empty() ? std::string_view() : std::string_view(one.facts(0)),
                    std::string_view(one.mitigation()), std::string_view(one.ref()));
}

}  // namespace

std::vector<v1::Reduction> BestReductions(const v1::ScoringInput& input, const ScoreSheet& sheet,
                                          const std::vector<v1::FloorInForce>& floors,
                                          const Rules& rules) {
  std::vector<v1::Reduction> reductions = Candidates(input, sheet, floors, rules).Judged();
  std::ranges::sort(reductions, [](const v1::Reduction& a, const v1::Reduction& b) {
    return OrderOf(a) < OrderOf(b);
  });
  if (reductions.size() > kShown) reductions.resize(kShown);
  return reductions;
}

}  // namespace twinledger::risk
