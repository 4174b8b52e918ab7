// What the risk process does for one new engagement: which councils it touches, what is scored of
// them on the day, and what is found to be recorded; rows on RocksDB, written by the projection.
// The receipts are decided and applied in between, outside of what is measured, since the writer
// does that. The country around should not matter, and what is recorded of the relationship itself
// at most in proportion.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "platform/base/check.h"
#include "risk/process/risk_process.h"
#include "risk/projection/risk_projection.h"
#include "risk/rules/built_in.h"
#include "tests/benchmarks/country_rows.h"

namespace twinledger::risk {
namespace {

constexpr int kCouncil = 0;

// A country, and the process that has looked at one of its councils on the days up to the last.
class AssessedCountry {
 public:
  explicit AssessedCountry(const testing::CountryShape& shape)
      : country_(projection_, shape), process_(Tl1(), "benchmark") {
    Look(testing::kLastDay - 40);
    Look(testing::kLastDay);
  }

  void AddEngagement() { country_.AddGift(kCouncil, 0); }

  // The rows as they are now.
  process::Moment Now() const { return {country_.rows().Snapshot(), InputsCut()}; }

  // As a follower that has seen a commit of the council. How many receipts are missing.
  process::Finding LookAt(const process::Moment& moment, Day day) {
    const auto touched = process_.TouchedBy(moment, CouncilKey(testing::CouncilOf(kCouncil)));
    TL_CHECK(touched.ok() && touched->size() == 1);
    auto finding = process_.Look(moment, {touched->front(), day, day});
    TL_CHECK(finding.ok());
    return *std::move(finding);
  }

  // As the writer.
  void Record(const process::Finding& finding) {
    for (const writer::Command& command : finding.commands) {
      const store::CutReader rows(country_.rows());
      const auto decision = command.decide(rows, {});
      TL_CHECK(decision.ok());
      for (const std::string& event : std::get<writer::Events>(*decision).events) {
        country_.Apply("risk", testing::CouncilOf(kCouncil), event);
      }
    }
  }

 private:
  void Look(Day day) { Record(LookAt(Now(), day)); }

  store::Cut InputsCut() const {
    store::Cut cut = country_.cut();
    std::erase_if(cut, [](const auto& end) { return end.first.stream == kStream; });
    return cut;
  }

  const RiskProjection projection_;
  testing::CountryRows country_;
  RiskProcess process_;
};

AssessedCountry& Of(const testing::CountryShape& shape) {
  static std::map<std::pair<int, int>, std::unique_ptr<AssessedCountry>> countries;
  std::unique_ptr<AssessedCountry>& country = countries[{shape.relationships, shape.more_of_first}];
  if (!country) country = std::make_unique<AssessedCountry>(shape);
  return *country;
}

void Assess(benchmark::State& state, const testing::CountryShape& shape) {
  AssessedCountry& country = Of(shape);
  for (auto _ : state) {
    state.PauseTiming();
    country.AddEngagement();
    state.ResumeTiming();
    const process::Finding finding = country.LookAt(country.Now(), testing::kLastDay);
    state.PauseTiming();
    TL_CHECK(!finding.commands.empty());
    country.Record(finding);
    state.ResumeTiming();
  }
}

// Twenty relationships a council, three engagements each.
void BM_NewEngagementInACountry(benchmark::State& state) {
  Assess(state, {.relationships = static_cast<int>(state.range(0))});
}
BENCHMARK(BM_NewEngagementInACountry)
    ->Arg(100)
    ->Arg(1'000)
    ->Arg(10'000)
    ->Iterations(20)
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);

// A council of one relationship.
void BM_NewEngagementOfARelationship(benchmark::State& state) {
  Assess(state, {.relationships = 1,
                 .gifts_of_one = 3,
                 .more_of_first = static_cast<int>(state.range(0)) - 3});
}
BENCHMARK(BM_NewEngagementOfARelationship)
    ->Arg(10)
    ->Arg(100)
    ->Arg(1'000)
    ->Arg(10'000)
    ->Iterations(10)
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace twinledger::risk

BENCHMARK_MAIN();
