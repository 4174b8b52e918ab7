#include "registry/domain/partial_date.h"

#include "tests/unit/registry/given_when.h"

namespace twinledger::registry {
namespace {

TEST(PartialDateTest, KnowsTheCalendar) {
  for (const PartialDate& date :
       {Date(0), Date(2024), Date(2024, 2), Date(2024, 2, 29), Date(1840, 12, 31)}) {
    EXPECT_TRUE(IsWellFormed(date)) << date.ShortDebugString();
  }
  for (const PartialDate& date : {Date(2023, 2, 29), Date(2024, 13), Date(2024, 0, 1), Date(0, 5),
                                  Date(-1), Date(10000), Date(2024, 4, 31)}) {
    EXPECT_FALSE(IsWellFormed(date)) << date.ShortDebugString();
  }
}

TEST(PartialDateTest, IsBeforeOnlyWhereItIsCertain) {
  EXPECT_TRUE(IsBefore(Date(2023), Date(2024)));
  EXPECT_TRUE(IsBefore(Date(2024, 4, 30), Date(2024, 5)));
  EXPECT_TRUE(IsBefore(Date(2024, 5, 1), Date(2024, 5, 2)));
  EXPECT_FALSE(IsBefore(Date(2024), Date(2024, 5)));
  EXPECT_FALSE(IsBefore(Date(2024, 5), Date(2024, 5, 31)));
  EXPECT_FALSE(IsBefore({}, Date(2024)));
  EXPECT_FALSE(IsBefore(Date(2024), {}));
  EXPECT_FALSE(IsBefore(Date(2024, 5, 2), Date(2024, 5, 2)));
}

TEST(PartialDateTest, TheLatestDayIsThatOfTheEasternmostPlace) {
  const WallTime ten_utc{std::chrono::sys_days(std::chrono::year(2026) / 11 / 25) +
                         std::chrono::hours(10)};
  EXPECT_EQ(ToText(LatestDay(ten_utc)), "2026-11-26");
  EXPECT_EQ(ToText(LatestDay(ten_utc - std::chrono::hours(1))), "2026-11-25");
}

}  // namespace
}  // namespace twinledger::registry
