#include "risk/domain/council_score.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
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
  return council;
}

}  // namespace twinledger::risk
