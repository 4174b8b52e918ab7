#include "risk/domain/council_score.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "platform/base/check.h"
#include "risk/domain/canonical_json.h"
#include "risk/domain/findings.h"

namespace twinledger::risk {
namespace {

auto ScoreOrder(const Scored& one) {
  return std::tuple(-one.assessment.r(), -one.assessment.uncapped(),
                    std::string_view(one.id.value()));
}

bool IsOpen(const v1::JudgedOutcome& judged) {
  return judged.outcome() == v1::OUTCOME_UNKNOWN || judged.outcome() == v1::OUTCOME_ERROR;
}

// What is not known of a relationship is not known of its council, and no "no hit" there.
void UniteOutcomes(std::span<const v1::ScoringInput> relationships, v1::ScoringInput& council) {
  std::map<std::tuple<std::string, int, std::string>, v1::JudgedOutcome> all;
  std::set<std::string> open;
  const auto add = [&](const v1::JudgedOutcome& judged) {
    all.try_emplace({judged.indicator(), judged.outcome(), judged.event()}, judged);
    if (IsOpen(judged)) open.insert(judged.indicator());
  };
  std::ranges::for_each(council.outcomes(), add);
  for (const v1::ScoringInput& input : relationships) {
    for (const v1::JudgedOutcome& judged : input.outcomes()) {
      if (IsOpen(judged)) add(judged);
    }
  }
  council.clear_outcomes();
  for (const auto& [key, judged] : all) {
    if (IsOpen(judged) || !open.contains(judged.indicator())) *council.add_outcomes() = judged;
  }
}

}  // namespace

const Scored& HighestOf(std::span<const Scored> relationships) {
  TL_CHECK(!relationships.empty());
  return *std::ranges::min_element(relationships, [](const Scored& a, const Scored& b) {
    return ScoreOrder(a) < ScoreOrder(b);
  });
}

void SortForWork(std::vector<Scored>& relationships) {
  std::ranges::sort(relationships, [](const Scored& a, const Scored& b) {
    if (a.assessment.band() != b.assessment.band()) {
      return a.assessment.band() > b.assessment.band();
    }
    return ScoreOrder(a) < ScoreOrder(b);
  });
}

Result<v1::ScoringInput> UnionOfFacts(v1::ScoringInput council,
                                      std::span<const v1::ScoringInput> relationships) {
  Findings findings;
  std::map<std::string, std::string> texts;
  for (const v1::Fact& fact : council.facts()) texts.emplace(fact.id(), CanonicalJson(fact));
  for (const v1::ScoringInput& input : relationships) {
    for (const v1::Fact& fact : input.facts()) {
      const std::string text = CanonicalJson(fact);
      const auto [known, added] = texts.emplace(fact.id(), text);
      if (added) {
        *council.add_facts() = fact;
      } else if (known->second != text) {
        findings.Add("facts", fmt::format("'{}' stands for two different facts: give each an id of "
                                          "its own",
                                          Shown(fact.id())));
      }
    }
  }
  TL_TRY_VOID(findings.Verdict("INPUT_INVALID", "the council cannot be scored"));
  UniteOutcomes(relationships, council);
  return council;
}

}  // namespace twinledger::risk
