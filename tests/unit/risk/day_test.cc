#include "risk/domain/day.h"

#include <gtest/gtest.h>

#include <optional>

namespace twinledger::risk {
namespace {

Day DayAt(std::int64_t unix_seconds) { return DayOf(WallTime(std::chrono::seconds(unix_seconds))); }

TEST(DayTest, BeginsAtNoonOfTheDayBeforeInGreenwich) {
  EXPECT_EQ(DayAt(0), 0);
  EXPECT_EQ(DayAt(43'199), 0);
  EXPECT_EQ(DayAt(43'200), 1);
  EXPECT_EQ(DayAt(-43'200), 0);
  EXPECT_EQ(DayAt(-43'201), -1);  // Rounded down below zero, too.
  EXPECT_EQ(DayOf(WallTime(std::chrono::microseconds(-43'200'000'001))), -1);
}

TEST(DayTest, IsReadAndWrittenAsADate) {
  EXPECT_EQ(ParseDay("1970-01-01"), 0);
  EXPECT_EQ(ParseDay("2026-06-30"), 20'634);
  EXPECT_EQ(ParseDay("0001-01-01"), kDayMin);
  EXPECT_EQ(ParseDay("9999-12-31"), kDayMax);
  for (const Day day : {kDayMin, -1, 0, 20'634, kDayMax}) EXPECT_EQ(ParseDay(ToText(day)), day);
}

TEST(DayTest, TheOffsetOfADateHasNoMeaning) {
  for (const char* text : {"2026-06-30Z", "2026-06-30+13:00", "2026-06-30-11:30"}) {
    EXPECT_EQ(ParseDay(text), 20'634) << text;
  }
}

TEST(DayTest, WhatNoCalendarHasIsNoDay) {
  for (const char* text : {"", "2026", "2026-6-30", "2026-06-31", "2025-02-29", "2026-13-01",
                           "2026-06-00", "0000-12-31", "2026-06-30T00:00", "2026-06-30+1300",
                           "2026-06-30 ", "+026-06-30", "2026/06/30"}) {
    EXPECT_EQ(ParseDay(text), std::nullopt) << text;
  }
}

TEST(DayTest, CountsWorkingDaysBehindTheFirst) {
  const Day friday = *ParseDay("2026-06-26");
  EXPECT_TRUE(WithinWorkingDays(friday, friday, 0, {}));
  EXPECT_TRUE(WithinWorkingDays(friday, friday + 2, 0, {}));   // Sunday.
  EXPECT_FALSE(WithinWorkingDays(friday, friday + 3, 0, {}));  // Monday.
  EXPECT_TRUE(WithinWorkingDays(friday, friday + 3, 0, {friday + 3}));
  EXPECT_TRUE(WithinWorkingDays(friday, friday + 16, 10, {}));
  EXPECT_FALSE(WithinWorkingDays(friday, friday + 17, 10, {}));
  EXPECT_TRUE(WithinWorkingDays(friday, friday - 100, 0, {}));
  EXPECT_FALSE(WithinWorkingDays(kDayMin, kDayMax, 10, {}));  // Not counted to its end.
}

}  // namespace
}  // namespace twinledger::risk
