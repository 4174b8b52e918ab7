#include "platform/base/day.h"

#include <gtest/gtest.h>

namespace twinledger {
namespace {

constexpr WallTime kEpoch{};

TEST(DayTest, ADayBeginsAtNoonOfGreenwich) {
  using namespace std::chrono_literals;
  EXPECT_EQ(DayOf(kEpoch), 0);
  EXPECT_EQ(DayOf(kEpoch + 12h - 1us), 0);
  EXPECT_EQ(DayOf(kEpoch + 12h), 1);
  EXPECT_EQ(DayOf(kEpoch - 12h - 1us), -1);
}

TEST(DayTest, ItsEndIsTheLastMicrosecondOfIt) {
  for (const Day day : {-1, 0, 1, 20'000}) {
    EXPECT_EQ(DayOf(EndOf(day)), day);
    EXPECT_EQ(DayOf(EndOf(day) + std::chrono::microseconds(1)), day + 1);
  }
}

}  // namespace
}  // namespace twinledger
