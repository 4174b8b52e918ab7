// Deterministic simulation of the real writer, view and chain rule on the simulated log.
//
// TWINLEDGER_SIMULATION_SEEDS sets how many schedules are run, TWINLEDGER_SIMULATION_FIRST_SEED
// where they begin; TWINLEDGER_SIMULATION_SEED runs one alone, as a failure asks for.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/simulation/agreement.h"
#include "tests/simulation/oracle.h"
#include "tests/simulation/run.h"

namespace twinledger::simulation {
namespace {

constexpr std::uint64_t kSeedsDefault = 2000;

std::optional<std::uint64_t> FromEnvironment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  return std::strtoull(value, nullptr, 10);
}

void ExpectKept(std::uint64_t seed, const Evidence& evidence) {
  for (const std::string& wrong : Judge(evidence)) {
    ADD_FAILURE() << "seed " << seed << ": " << wrong
                  << "\n  replay: TWINLEDGER_SIMULATION_SEED=" << seed << " "
                  << "simulation_test";
  }
}

struct Tally {
  Coverage coverage;
  std::uint64_t damaged = 0;
  std::uint64_t unnoticed = 0;
};

// Schedules share nothing: as many threads as there are processors take the next seed each.
Tally RunAll(std::uint64_t first, std::uint64_t seeds) {
  Tally tally;
  std::mutex mutex;
  std::atomic<std::uint64_t> next = first;
  const auto work = [&] {
    for (std::uint64_t seed = next++; seed < first + seeds; seed = next++) {
      if (::testing::Test::HasFailure()) return;
      const RunResult result = Simulate(seed);
      ExpectKept(seed, result.evidence);
      const std::scoped_lock lock(mutex);
      tally.coverage.Add(result.coverage);
      tally.damaged += result.evidence.damaged ? 1 : 0;
      tally.unnoticed += DamageUnnoticed(result.evidence) ? 1 : 0;
    }
  };
  std::vector<std::jthread> threads(std::max(1U, std::thread::hardware_concurrency()));
  for (std::jthread& thread : threads) thread = std::jthread(work);
  threads.clear();
  return tally;
}

TEST(SimulationTest, EveryScheduleKeepsEveryPromise) {
  if (const auto seed = FromEnvironment("TWINLEDGER_SIMULATION_SEED")) {
    return ExpectKept(*seed, Simulate(*seed).evidence);
  }
  const std::uint64_t seeds =
      FromEnvironment("TWINLEDGER_SIMULATION_SEEDS").value_or(kSeedsDefault);
  const std::uint64_t first = FromEnvironment("TWINLEDGER_SIMULATION_FIRST_SEED").value_or(1);
  const Tally tally = RunAll(first, seeds);
  if (HasFailure()) return;
  for (const auto& [what, times] : tally.coverage.seen()) {
    std::printf("%10llu  %s\n", static_cast<unsigned long long>(times), what.c_str());
  }
  std::printf("%10llu  damaged and unnoticed\n", static_cast<unsigned long long>(tally.unnoticed));
  EXPECT_LE(tally.unnoticed * 20, tally.damaged);
  for (const std::string& what : tally.coverage.Missing()) {
    ADD_FAILURE() << "never happened in " << seeds << " schedules: " << what;
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
