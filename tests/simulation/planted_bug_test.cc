// Bugs planted in the program are found by the simulation, each within ten thousand schedules.
#include "platform/base/planted_bug.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>

#include "tests/simulation/oracle.h"
#include "tests/simulation/run.h"

namespace twinledger::simulation {
namespace {

constexpr std::uint64_t kSeedsMax = 10'000;
constexpr std::uint64_t kControlSeeds = 100;

struct Planting {
  const char* name;
  PlantedBug bug = PlantedBug::kNone;
  Tear tear = Tear::kNone;
};

class PlantedBugTest : public ::testing::TestWithParam<Planting> {
 protected:
  PlantedBugTest() { planted_bug = GetParam().bug; }
  ~PlantedBugTest() override { planted_bug = PlantedBug::kNone; }
};

TEST_P(PlantedBugTest, IsFound) {
  for (std::uint64_t seed = 1; seed <= kSeedsMax; ++seed) {
    const std::vector<std::string> wrong = Judge(Simulate(seed, GetParam().tear).evidence);
    if (wrong.empty()) continue;
    std::printf("%s: found by seed %llu: %s\n", GetParam().name,
                static_cast<unsigned long long>(seed), wrong.front().c_str());
    return;
  }
  FAIL() << "not found in " << kSeedsMax << " schedules";
}

INSTANTIATE_TEST_SUITE_P(
    Bugs, PlantedBugTest,
    ::testing::Values(Planting{"NoHashComparison", PlantedBug::kNoHashComparison},
                      Planting{"TailIsFinal", PlantedBug::kTailIsFinal},
                      Planting{"ReplyBeforeAcceptance", PlantedBug::kReplyBeforeAcceptance},
                      Planting{"RefusalFromVoid", PlantedBug::kRefusalFromVoid},
                      Planting{"IndexBehindRows", PlantedBug::kNone, Tear::kIndexBehindRows},
                      Planting{"CursorBeforeRows", PlantedBug::kNone, Tear::kCursorBeforeRows},
                      Planting{"SignatureNotChecked", PlantedBug::kSignatureNotChecked},
                      Planting{"RedoInAnotherOrder", PlantedBug::kRedoInAnotherOrder}),
    [](const auto& test) { return test.param.name; });

TEST(PlantedBugControl, TheSameBuildWithoutABugIsSound) {
  for (std::uint64_t seed = 1; seed <= kControlSeeds; ++seed) {
    EXPECT_EQ(Judge(Simulate(seed).evidence), std::vector<std::string>()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace twinledger::simulation
