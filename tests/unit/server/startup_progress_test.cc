#include "platform/server/startup_progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/support/manual_clock.h"

namespace twinledger::server {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<projection::PartitionStatus> Read(std::uint64_t first, std::uint64_t second) {
  std::vector<projection::PartitionStatus> partitions(2);
  partitions[0].next_offset = first;
  partitions[0].tail = 600;
  partitions[1].next_offset = second;
  partitions[1].tail = 400;
  return partitions;
}

TEST(ProgressTest, RateAndTimeLeftAreThoseOfAllPartitionsSinceTheStart) {
  const ReadProgress progress = ProgressOf(Read(300, 200), 100, 4s);
  EXPECT_EQ(progress.records, 500U);
  EXPECT_EQ(progress.records_total, 1000U);
  EXPECT_DOUBLE_EQ(progress.records_per_second, 100.0);
  EXPECT_DOUBLE_EQ(progress.seconds_left, 5.0);
  EXPECT_EQ(Show(progress), "reading the log: 500 of 1000 records (50 %), 100 records/s, 5 s left");
}

TEST(ProgressTest, BeforeAnythingWasReadTheTimeLeftIsUnknown) {
  EXPECT_EQ(Show(ProgressOf(Read(60, 40), 100, 4s)),
            "reading the log: 100 of 1000 records (10 %), 0 records/s, unknown time left");
  EXPECT_EQ(Show(ProgressOf({}, 0, 0s)),
            "reading the log: 0 of 0 records (100 %), 0 records/s, unknown time left");
}

TEST(ProgressTest, ALogThatGrowsWhileItIsReadIsNeverOverread) {
  auto partitions = Read(600, 400);
  partitions[0].next_offset = 700;  // Read before its tail was looked at again.
  const ReadProgress progress = ProgressOf(partitions, 0, 1s);
  EXPECT_EQ(progress.records_total, 1100U);
  EXPECT_DOUBLE_EQ(progress.seconds_left, 0.0);
}

class StartupProgressTest : public ::testing::Test {
 protected:
  std::string Logged() {
    logger.Flush();
    return out.str();
  }

  support::ManualClock clock{WallTime{}};
  std::ostringstream out;
  telemetry::Logger logger{out, "twinledgerd", telemetry::Level::kInfo, clock};
};

TEST_F(StartupProgressTest, ALogGetsALineEveryTenSeconds) {
  StartupProgress progress(logger, clock, false);
  progress.Update(Read(100, 0));
  clock.Advance(9s);
  progress.Update(Read(200, 0));
  EXPECT_THAT(Logged(), IsEmpty());
  clock.Advance(1s);
  progress.Update(Read(300, 200));
  EXPECT_THAT(Logged(), HasSubstr("500 of 1000 records (50 %), 40 records/s, 12 s left"));
}

TEST_F(StartupProgressTest, ATerminalGetsOneLineThatIsDrawnAgainAndWiped) {
  StartupProgress progress(logger, clock, true);
  ::testing::internal::CaptureStderr();
  progress.Update(Read(0, 0));
  clock.Advance(1s);
  progress.Update(Read(300, 200));
  progress.End();
  const std::string drawn = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(drawn, HasSubstr("\r\x1b[2Kreading the log: 500 of 1000 records (50 %)"));
  EXPECT_TRUE(drawn.ends_with("\r\x1b[2K"));
  EXPECT_THAT(Logged(), IsEmpty());
}

}  // namespace
}  // namespace twinledger::server
