// Bugs planted in a process are found by the simulation of the services, each within a thousand
// schedules.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>

#include "platform/base/planted_bug.h"
#include "tests/simulation/services/receipts_oracle.h"
#include "tests/simulation/services/run.h"

namespace twinledger::simulation {
namespace {

constexpr std::uint64_t kSeedsMax = 1'000;
constexpr std::uint64_t kControlSeeds = 15;

struct Planting {
  const char* name;
  PlantedBug bug = PlantedBug::kNone;
  bool reads_offered = false;
  const char* promise;  // That is seen broken.
};

std::vector<std::string> JudgeSeed(std::uint64_t seed, bool reads_offered) {
  ServicesResult result = SimulateServices(seed, reads_offered);
  return JudgeServices(result.evidence, result.coverage);
}

class ServicesPlantedBugTest : public ::testing::TestWithParam<Planting> {
 protected:
  ServicesPlantedBugTest() { planted_bug = GetParam().bug; }
  ~ServicesPlantedBugTest() override { planted_bug = PlantedBug::kNone; }
};

TEST_P(ServicesPlantedBugTest, IsFound) {
  for (std::uint64_t seed = 1; seed <= kSeedsMax; ++seed) {
    for (const std::string& wrong : JudgeSeed(seed, GetParam().reads_offered)) {
      if (!wrong.starts_with(GetParam().promise)) continue;
      std::printf("%s: found by seed %llu: %s\n", GetParam().name,
                  static_cast<unsigned long long>(seed), wrong.c_str());
      return;
    }
  }
  FAIL() << "not found in " << kSeedsMax << " schedules";
}

INSTANTIATE_TEST_SUITE_P(
    Bugs, ServicesPlantedBugTest,
    ::testing::Values(
        Planting{"RandomRequestId", PlantedBug::kRandomRequestId, false, "R1 doubled"},
        Planting{"ReceiptBeforeIgnored", PlantedBug::kReceiptBeforeIgnored, false, "R1 a receipt"},
        Planting{"AgendaForgotten", PlantedBug::kAgendaForgotten, false, "R2"},
        Planting{"SettledAtSubmit", PlantedBug::kSettledAtSubmit, false, "R2"},
        Planting{"TouchedToday", PlantedBug::kTouchedToday, false, "R2"},
        Planting{"LastDayTaken", PlantedBug::kLastDayTaken, false, "R2"},
        Planting{"UnacceptedRead", PlantedBug::kNone, true, "R3"}),
    [](const auto& test) { return test.param.name; });

TEST(ServicesPlantedBugControl, TheSameBuildWithoutABugIsSound) {
  for (std::uint64_t seed = 1; seed <= kControlSeeds; ++seed) {
    EXPECT_EQ(JudgeSeed(seed, false), std::vector<std::string>()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace twinledger::simulation
