// What one assessment costs, with its reductions, from ten facts to a hundred thousand: it should
// grow little faster than the facts. Facts are spread over all indicators, with repeats, donor
// groups and claims; in the second benchmark all are of one indicator and one donor group.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "platform/base/check.h"
#include "risk/domain/assess.h"
#include "risk/rules/built_in.h"

namespace twinledger::risk {
namespace {

constexpr Day kToday = 20'634;

v1::Fact FactNumber(std::int64_t number, const IndicatorRule& rule) {
  v1::Fact fact;
  fact.set_id(fmt::format("{:08}/{}", number, rule.id()));
  fact.set_indicator(rule.id());
  fact.set_case_(rule.data->cases(static_cast<int>(number % rule.data->cases_size())).code());
  fact.set_end(static_cast<Day>(kToday - number * 7919 % 900));
  if (number % 3 == 0) fact.set_recorded(kToday);
  if (rule.on_curve()) {
    fact.set_group(fmt::format("group-{}", number % 7));
    fact.set_value_cents(number * 104'729 % 100'000);
  }
  for (const auto& [id, factor] : rule.factors) {
    v1::MitigationClaim& claim = *fact.add_mitigations();
    claim.set_id(std::string(id));
    claim.set_state(number % 2 == 0 ? v1::MITIGATION_STATE_CLAIMED : v1::MITIGATION_STATE_VERIFIED);
    claim.set_late(true);
    if (number % 5 == 0) claim.set_ref(fmt::format("ref-{}", number / 50));
    break;
  }
  return fact;
}

void AssessAll(benchmark::State& state, const v1::ScoringInput& input) {
  for (auto _ : state) {
    const Result<v1::Assessment> assessment = Assess(input, Tl1());
    TL_CHECK(assessment.ok() && assessment->r() > 0);
    benchmark::DoNotOptimize(assessment->r());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * state.range(0));
  state.SetComplexityN(state.range(0));
}

// Facts.
void BM_Assess(benchmark::State& state) {
  v1::ScoringInput input;
  input.set_as_of(kToday);
  const std::vector<IndicatorRule>& rules = Tl1().indicators();
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    *input.add_facts() = FactNumber(i, rules[static_cast<std::size_t>(i) % rules.size()]);
  }
  AssessAll(state, input);
}
BENCHMARK(BM_Assess)
    ->Arg(10)
    ->Arg(100)
    ->Arg(1000)
    ->Arg(10'000)
    ->Arg(100'000)
    ->Unit(benchmark::kMicrosecond)
    ->Complexity(benchmark::oNLogN);

// Facts.
void BM_AssessOneDonorGroup(benchmark::State& state) {
  v1::ScoringInput input;
  input.set_as_of(kToday);
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    v1::Fact& gift = *input.add_facts() = FactNumber(i, *Tl1().Find("A1"));
    gift.set_group("one");
    gift.clear_mitigations();  // Each could be surrendered: an action a gift.
  }
  AssessAll(state, input);
}
BENCHMARK(BM_AssessOneDonorGroup)
    ->Arg(10)
    ->Arg(100)
    ->Arg(1000)
    ->Arg(10'000)
    ->Arg(100'000)
    ->Unit(benchmark::kMicrosecond)
    ->Complexity(benchmark::oNLogN);

}  // namespace
}  // namespace twinledger::risk
