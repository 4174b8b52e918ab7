#include "tests/simulation/seeds.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

namespace twinledger::simulation {
namespace {

std::optional<std::uint64_t> FromEnvironment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  return std::strtoull(value, nullptr, 10);
}

}  // namespace

std::optional<std::uint64_t> SeedAlone() { return FromEnvironment("TWINLEDGER_SIMULATION_SEED"); }

Seeds SeedsOr(std::uint64_t count_by_default, std::uint64_t weight) {
  const auto count = FromEnvironment("TWINLEDGER_SIMULATION_SEEDS");
  return {FromEnvironment("TWINLEDGER_SIMULATION_FIRST_SEED").value_or(1),
          count ? std::max<std::uint64_t>(1, *count / weight) : count_by_default};
}

Coverage RunAll(const Seeds& seeds, const std::function<Coverage(std::uint64_t)>& run) {
  Coverage coverage;
  std::mutex mutex;
  std::atomic<std::uint64_t> next = seeds.first;
  const auto work = [&] {
    for (std::uint64_t seed = next++; seed < seeds.first + seeds.count; seed = next++) {
      if (::testing::Test::HasFailure()) return;
      const Coverage seen = run(seed);
      const std::scoped_lock lock(mutex);
      coverage.Add(seen);
    }
  };
  std::vector<std::jthread> threads(std::max(1U, std::thread::hardware_concurrency()));
  for (std::jthread& thread : threads) thread = std::jthread(work);
  threads.clear();
  return coverage;
}

}  // namespace twinledger::simulation
