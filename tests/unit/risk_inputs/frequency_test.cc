// The heaviest window, against one that is found by looking at each.
#include "risk/inputs/frequency.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace twinledger::risk {
namespace {

constexpr Day kAllowed = 28;

v1::WindowedCount SixInNinetyDays() {
  v1::WindowedCount shape;
  shape.set_at_least(6);
  shape.set_window_days(90);
  return shape;
}

Day DecaysFrom(const FullWindow& window) {
  return window.recorded - window.end > kAllowed ? window.recorded : window.end;
}

// Of the windows that begin with a benefit the one that decays from the latest day.
std::optional<Day> LatestDecay(const std::vector<CountedBenefit>& benefits, Day as_of) {
  std::optional<Day> latest;
  for (const CountedBenefit& first : benefits) {
    const Day end = std::min(as_of, first.day + 89);
    std::vector<Day> recorded;
    for (const CountedBenefit& one : benefits) {
      if (one.day <= end && one.day > end - 90) recorded.push_back(one.recorded);
    }
    if (recorded.size() < 6) continue;
    std::ranges::sort(recorded);
    const Day from = DecaysFrom({.end = end, .recorded = recorded[5]});
    latest = std::max(latest.value_or(from), from);
  }
  return latest;
}

TEST(HeaviestWindowTest, NoOtherWindowDecaysFromALaterDay) {
  std::mt19937 dice(7);  // The same benefits in every run.
  const auto between = [&](int least, int most) {
    return std::uniform_int_distribution<int>(least, most)(dice);
  };
  int found = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<CountedBenefit> benefits;
    for (int n = between(0, 30); n > 0; --n) {
      const Day day = between(0, 400);
      benefits.push_back({day, day + (between(0, 2) == 0 ? between(0, 200) : 0)});
    }
    const std::optional<FullWindow> heaviest =
        HeaviestWindow(SixInNinetyDays(), benefits, 400, kAllowed);
    const std::optional<Day> latest = LatestDecay(benefits, 400);
    ASSERT_EQ(heaviest.has_value(), latest.has_value());
    if (!heaviest) continue;
    ++found;
    EXPECT_EQ(DecaysFrom(*heaviest), *latest) << "round " << round;
  }
  EXPECT_GT(found, 100);
}

// Looked at one by one, each against all the others, these take hours.
TEST(HeaviestWindowTest, ManyDaysOfLateGiftsCostNoMoreThanTheyAre) {
  std::vector<CountedBenefit> benefits;
  for (Day day = 0; day < 400'000; ++day) benefits.push_back({day, day + 100});
  const auto heaviest = HeaviestWindow(SixInNinetyDays(), benefits, 400'000, kAllowed);
  ASSERT_TRUE(heaviest);
  EXPECT_EQ(heaviest->recorded, 399'911 + 5 + 100) << "the sixth of the last window";
}

}  // namespace
}  // namespace twinledger::risk
