// Deterministic simulation of the real writer, view and chain rule on the simulated log.
//
// TWINLEDGER_SIMULATION_SEEDS sets how many schedules are run, TWINLEDGER_SIMULATION_FIRST_SEED
// where they begin; TWINLEDGER_SIMULATION_SEED runs one alone, as a failure asks for.
#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "tests/simulation/agreement.h"
#include "tests/simulation/oracle.h"
#include "tests/simulation/run.h"
#include "tests/simulation/seeds.h"

namespace twinledger::simulation {
namespace {

constexpr std::uint64_t kSeedsDefault = 2000;

void ExpectKept(std::uint64_t seed, const Evidence& evidence) {
  for (const std::string& wrong : Judge(evidence)) {
    ADD_FAILURE() << "seed " << seed << ": " << wrong
                  << "\n  replay: TWINLEDGER_SIMULATION_SEED=" << seed << " "
                  << "simulation_test";
  }
}

constexpr const char* kDamaged = "of the runs: damaged";
constexpr const char* kUnnoticed = "of the runs: damaged and unnoticed";

Coverage RunSeed(std::uint64_t seed) {
  RunResult result = Simulate(seed);
  ExpectKept(seed, result.evidence);
  result.coverage.Saw(kDamaged, result.evidence.damaged ? 1 : 0);
  result.coverage.Saw(kUnnoticed, DamageUnnoticed(result.evidence) ? 1 : 0);
  return result.coverage;
}

TEST(SimulationTest, EveryScheduleKeepsEveryPromise) {
  if (const auto seed = SeedAlone()) return ExpectKept(*seed, Simulate(*seed).evidence);
  const Seeds seeds = SeedsOr(kSeedsDefault);
  const Coverage coverage = RunAll(seeds, RunSeed);
  if (HasFailure()) return;
  for (const auto& [what, times] : coverage.seen()) {
    std::printf("%10llu  %s\n", static_cast<unsigned long long>(times), what.c_str());
  }
  EXPECT_LE(coverage.seen().at(kUnnoticed) * 20, coverage.seen().at(kDamaged));
  for (const std::string& what : coverage.Missing()) {
    ADD_FAILURE() << "never happened in " << seeds.count << " schedules: " << what;
  }
}

TEST(SimulationTest, ASeedRepeatsItsRun) {
  const RunResult first = Simulate(7);
  const RunResult second = Simulate(7);
  EXPECT_EQ(first.coverage.seen(), second.coverage.seen());
  ASSERT_EQ(first.evidence.log.size(), second.evidence.log.size());
  for (const auto& [partition, records] : first.evidence.log) {
    const auto& others = second.evidence.log.at(partition);
    ASSERT_EQ(records.size(), others.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
      EXPECT_EQ(records[i]->bytes(), others[i]->bytes());
    }
  }
}

}  // namespace
}  // namespace twinledger::simulation
