// Deterministic simulation of all services that write: two nodes with registry, engagements and
// risk's process, on one simulated log.
//
// A tenth of TWINLEDGER_SIMULATION_SEEDS schedules is run, for each takes ten times as long as one
// of the writer alone. TWINLEDGER_SIMULATION_FIRST_SEED is where they begin;
// TWINLEDGER_SIMULATION_SEED runs one alone, as a failure asks for.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>

#include "tests/simulation/seeds.h"
#include "tests/simulation/services/receipts_oracle.h"
#include "tests/simulation/services/run.h"

namespace twinledger::simulation {
namespace {

constexpr std::uint64_t kSeedsDefault = 120;
constexpr std::uint64_t kWeight = 10;

// A suite in which something of this never happened has not tested what it says.
constexpr std::array kMustHappen{
    "processes raced",
    "process ended between look and submit",
    "process ended before an answer",
    "day changed behind the log",
    "day of which something came late",
    "day checked",
    "day checked once its receipts were recorded",
    "band checked",
    "a later day was assessed before",
    "void record of assessments",
    "assessment recorded",
    "assessment unchanged",
    "assessment refused: OTHER_RECEIPT",
    "several receipts of a council",
    "several receipts of a relationship",
    "band rose",
    "band fell",
    "band changed as days passed",
    "service killed",
    "service stopped",
    "batches lost by a kill",
    "store lost",
    "healed without a restart of all",
    "days passed",
    "clock jumped ahead",
    "clock jumped back",
    "clock jumped by days",
    "error CLOCK",
    "error REPEAT",
    "recorded",
    "refused or unchanged",
    "reply lost",
    "request delayed",
    "request repeated",
};

Coverage ExpectKept(std::uint64_t seed) {
  ServicesResult result = SimulateServices(seed);
  for (const std::string& wrong : JudgeServices(result.evidence, result.coverage)) {
    ADD_FAILURE() << "seed " << seed << ": " << wrong
                  << "\n  replay: TWINLEDGER_SIMULATION_SEED=" << seed
                  << " services_simulation_test";
  }
  return result.coverage;
}

TEST(ServicesSimulationTest, EveryScheduleKeepsEveryPromise) {
  if (const auto seed = SeedAlone()) {
    ExpectKept(*seed);
    return;
  }
  const Seeds seeds = SeedsOr(kSeedsDefault, kWeight);
  const Coverage coverage = RunAll(seeds, ExpectKept);
  if (HasFailure()) return;
  for (const auto& [what, times] : coverage.seen()) {
    std::printf("%10llu  %s\n", static_cast<unsigned long long>(times), what.c_str());
  }
  for (const std::string& what : coverage.MissingOf(kMustHappen)) {
    ADD_FAILURE() << "never happened in " << seeds.count << " schedules: " << what;
  }
}

TEST(ServicesSimulationTest, ASeedRepeatsItsRun) {
  const ServicesResult first = SimulateServices(7);
  const ServicesResult second = SimulateServices(7);
  EXPECT_EQ(first.coverage.seen(), second.coverage.seen());
  ASSERT_EQ(first.evidence.log.log.size(), second.evidence.log.log.size());
  for (const auto& [partition, records] : first.evidence.log.log) {
    const auto& others = second.evidence.log.log.at(partition);
    ASSERT_EQ(records.size(), others.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
      EXPECT_EQ(records[i]->bytes(), others[i]->bytes());
    }
  }
}

}  // namespace
}  // namespace twinledger::simulation
