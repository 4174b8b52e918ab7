#include "platform/process/day.h"

#include <gtest/gtest.h>

#include "risk/domain/day.h"

namespace twinledger::process {
namespace {

constexpr WallTime kEpoch{};

TEST(ProcessDayTest, ADayBeginsAtNoonOfGreenwich) {
  using namespace std::chrono_literals;
  EXPECT_EQ(DayOf(kEpoch), 0);
  EXPECT_EQ(DayOf(kEpoch + 12h - 1us), 0);
  EXPECT_EQ(DayOf(kEpoch + 12h), 1);
  EXPECT_EQ(DayOf(kEpoch - 12h - 1us), -1);
}

TEST(ProcessDayTest, ItsEndIsTheLastMicrosecondOfIt) {
  for (const Day day : {-1, 0, 1, 20'000}) {
    EXPECT_EQ(DayOf(EndOf(day)), day);
    EXPECT_EQ(DayOf(EndOf(day) + std::chrono::microseconds(1)), day + 1);
  }
}

TEST(ProcessDayTest, ScoringCountsDaysAlike) {
  for (int hours = -100; hours < 100; ++hours) {
    const WallTime time = kEpoch + std::chrono::hours(hours);
    EXPECT_EQ(DayOf(time), risk::DayOf(time)) << hours;
  }
}

}  // namespace
}  // namespace twinledger::process
