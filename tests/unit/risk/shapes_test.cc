// The edges of the six shapes, on the indicators of TL-1 that have them.
#include "risk/domain/shapes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/unit/risk/scoring.h"

namespace twinledger::risk {
namespace {

const v1::Indicator& Of(const std::string& id) { return *Tl1().Find(id)->data; }

// "HIT", another case, or the outcome.
std::string Word(const Judged& judged) {
  return judged.outcome == v1::OUTCOME_HIT ? std::string(judged.case_code)
                                           : v1::Outcome_Name(judged.outcome).substr(8);
}

struct ChoicesCase {
  const char* indicator;
  Choices choices;
  const char* expected;
};

TEST(FieldCasesTest, TheRowThatHoldsIsTheCase) {
  const ChoicesCase cases[] = {
      {"A3",
       {{"travel.foreign_share", "UNDER_HALF"}, {"travel.companion_paid", "NO"}},
       "UNDER_HALF"},
      {"A3",
       {{"travel.foreign_share", "NONE"}, {"travel.companion_paid", "YES"}},
       "COMPANION_ONLY"},
      {"A3", {{"travel.foreign_share", "NONE"}, {"travel.companion_paid", "NO"}}, "NO_HIT"},
      {"A3",
       {{"travel.foreign_share", "ALL_UNAPPROVED"}, {"travel.companion_paid", "YES"}},
       "ALL_UNAPPROVED_COMPANION"},
      {"E1",
       {{"equipment.networked", "YES"},
        {"equipment.in_service", "YES"},
        {"equipment.due_diligence", "IN_PROGRESS"}},
       "HIT"},
      {"E1",
       {{"equipment.networked", "YES"},
        {"equipment.in_service", "NO"},
        {"equipment.due_diligence", "NONE"}},
       "NO_HIT"},
      {"E3", {{"equipment.remote_access", "ON_REQUEST"}}, "HIT"},
      {"G6", {{"concern.assessment", "UNFOUNDED"}}, "NO_HIT"},
      {"G6", {{"concern.assessment", "UNASSESSED"}}, "UNASSESSED"},
      {"D1",
       {{"information.direction", "OUT"},
        {"information.class", "PUBLIC"},
        {"information.marking", "RESTRICTED"}},
       "IN_CONFIDENCE"},
      {"D1",
       {{"information.direction", "OUT"},
        {"information.class", "GIVEN_IN_CONFIDENCE"},
        {"information.marking", "UNCLASSIFIED"}},
       "IN_CONFIDENCE"},
      {"D1",
       {{"information.direction", "IN"},
        {"information.class", "BULK_PERSONAL"},
        {"information.marking", "SENSITIVE"}},
       "NO_HIT"},
  };
  for (const auto& [indicator, choices, expected] : cases) {
    EXPECT_EQ(Word(JudgeFieldCases(Of(indicator), choices)), expected) << indicator;
  }
}

TEST(FieldCasesTest, WhatIsNotKnownIsUnknownOnlyWhereItMatters) {
  EXPECT_EQ(Word(JudgeFieldCases(Of("E3"), {})), "UNKNOWN");
  EXPECT_EQ(Word(JudgeFieldCases(Of("E3"), {{"equipment.remote_access", "NONE"},
                                            {"equipment.data_control", "UNKNOWN"}})),
            "UNKNOWN");
  EXPECT_EQ(Word(JudgeFieldCases(Of("E3"), {{"equipment.remote_access", "PERMANENT"},
                                            {"equipment.data_control", "UNKNOWN"}})),
            "HIT");
  // Equipment that is not networked needs no more answers.
  EXPECT_EQ(Word(JudgeFieldCases(Of("E1"), {{"equipment.networked", "NO"}})), "NO_HIT");
  EXPECT_EQ(Word(JudgeFieldCases(Of("E1"), {{"equipment.networked", "YES"}})), "UNKNOWN");
}

// No combination of answers fits two rows: whichever comes first, the case is the same.
TEST(FieldCasesTest, TheOrderOfRowsDoesNotMatter) {
  v1::Indicator turned = Of("D1");
  auto& rows = *turned.mutable_field_cases()->mutable_rows();
  std::reverse(rows.pointer_begin(), rows.pointer_end());
  for (const char* type : {"PUBLIC", "INTERNAL", "COMMERCIAL", "PERSONAL", "BULK_PERSONAL",
                           "SECURITY_SENSITIVE", "GIVEN_IN_CONFIDENCE", "UNKNOWN"}) {
    for (const char* marking :
         {"UNCLASSIFIED", "IN_CONFIDENCE", "SENSITIVE", "RESTRICTED", "UNKNOWN"}) {
      const Choices choices{{"information.direction", "OUT"},
                            {"information.class", type},
                            {"information.marking", marking}};
      EXPECT_EQ(Word(JudgeFieldCases(turned, choices)), Word(JudgeFieldCases(Of("D1"), choices)))
          << type << " " << marking;
    }
  }
}

TEST(ThresholdTest, TheHighestStepThatIsReachedIsTheCase) {
  const auto delegates = [](std::int64_t n) { return Word(JudgeThreshold(Of("B1"), n)); };
  EXPECT_EQ(delegates(0), "NO_HIT");
  EXPECT_EQ(delegates(1), "ONE_OR_TWO");
  EXPECT_EQ(delegates(2), "ONE_OR_TWO");
  EXPECT_EQ(delegates(3), "THREE_OR_MORE");
  EXPECT_EQ(Word(JudgeThreshold(Of("B1"), std::nullopt)), "UNKNOWN");
  const auto late = [](std::int64_t days) { return Word(JudgeThreshold(Of("H1"), days)); };
  EXPECT_EQ(late(-5), "NO_HIT");
  EXPECT_EQ(late(0), "NO_HIT");
  EXPECT_EQ(late(1), "DAYS_1_30");
  EXPECT_EQ(late(30), "DAYS_1_30");
  EXPECT_EQ(late(31), "DAYS_31_90");
  EXPECT_EQ(late(90), "DAYS_31_90");
  EXPECT_EQ(late(91), "DAYS_OVER_90");
}

TEST(ThresholdTest, ASharesBoundsAreStrictHere) {
  const auto share = [](std::int64_t part, std::int64_t whole) {
    return Word(JudgeThreshold(Of("F4"), part, whole));
  };
  EXPECT_EQ(share(5, 10), "NO_HIT");
  EXPECT_EQ(share(500'001, 1'000'000), "OVER_HALF");
  EXPECT_EQ(share(8, 10), "OVER_HALF");
  EXPECT_EQ(share(800'001, 1'000'000), "OVER_FOUR_FIFTHS");
  EXPECT_EQ(share(0, 0), "NO_HIT");
  EXPECT_EQ(Word(JudgeThreshold(Of("F4"), 5, std::nullopt)), "UNKNOWN");
}

std::vector<DatedEvent> On(const std::vector<Day>& days) {
  std::vector<DatedEvent> events;
  for (const Day day : days) events.push_back({day});
  return events;
}

TEST(WindowedCountTest, SixWithinNinetyDays) {
  const v1::WindowedCount& benefits = Of("A2").windowed_count();
  EXPECT_EQ(LastFullWindow(benefits, On({1, 2, 3, 4, 5}), 500), std::nullopt);
  EXPECT_EQ(LastFullWindow(benefits, On({1, 2, 3, 4, 5, 90}), 500), 90);  // d - 89 is day 1.
  EXPECT_EQ(LastFullWindow(benefits, On({1, 2, 3, 4, 5, 91}), 500), std::nullopt);
  EXPECT_EQ(LastFullWindow(benefits, On({1, 1, 1, 1, 1, 1}), 500), 90);  // The last such day.
  EXPECT_EQ(LastFullWindow(benefits, On({1, 1, 1, 1, 1, 1}), 50), 50);   // It still holds.
  EXPECT_EQ(LastFullWindow(benefits, On({1, 1, 1, 1, 1, 60}), 59), std::nullopt);
  EXPECT_EQ(LastFullWindow(benefits, On({60, 1, 1, 1, 1, 1}), 60), 60);  // In any order.
}

TEST(WindowedCountTest, DistinctDaysWithOneBenefit) {
  const v1::WindowedCount& contacts = Of("G5").windowed_count();
  std::vector<DatedEvent> events = On({1, 2, 3, 4, 5, 6});
  EXPECT_EQ(LastFullWindow(contacts, events, 500), std::nullopt);  // No benefit.
  events[3].marked = true;
  EXPECT_EQ(LastFullWindow(contacts, events, 500), 90);
  events[5].day = 5;  // Twice on one day.
  EXPECT_EQ(LastFullWindow(contacts, events, 500), std::nullopt);
  events.push_back({-80, true});  // Six days again, and until the first of them leaves.
  EXPECT_EQ(LastFullWindow(contacts, events, 500), 9);
}

// Every day is tried.
TEST(WindowedCountTest, FindsTheSameDayAsASearchOfAllDays) {
  v1::WindowedCount shape = Of("G5").windowed_count();
  shape.set_window_days(7);
  shape.set_at_least(3);
  std::uint32_t dice = 1;
  const auto roll = [&](std::uint32_t sides) {
    dice = dice * 1'664'525 + 1'013'904'223;
    return (dice >> 16) % sides;
  };
  for (int round = 0; round < 2000; ++round) {
    shape.set_distinct_days(round % 2 == 0);
    std::vector<DatedEvent> events;
    for (std::uint32_t n = roll(9); n > 0; --n) {
      events.push_back({static_cast<Day>(roll(30)), roll(3) == 0});
    }
    const auto as_of = static_cast<Day>(roll(40));
    std::optional<Day> expected;
    for (Day day = -10; day <= as_of; ++day) {
      std::vector<Day> days;
      bool marked = false;
      for (const DatedEvent& event : events) {
        if (event.day < day - 6 || event.day > day) continue;
        marked = marked || event.marked;
        const bool again = std::ranges::find(days, event.day) != days.end();
        if (!shape.distinct_days() || !again) days.push_back(event.day);
      }
      if (marked && days.size() >= 3) expected = day;
    }
    ASSERT_EQ(LastFullWindow(shape, events, as_of), expected) << round;
  }
}

TEST(DistanceJoinTest, IsNearUpToTheBoundItself) {
  const v1::DistanceJoin& decision = Of("A5").distance_join();
  EXPECT_TRUE(IsNear(decision, 1000, 1180));
  EXPECT_FALSE(IsNear(decision, 1000, 1181));
  EXPECT_TRUE(IsNear(decision, 1000, 820));
  EXPECT_FALSE(IsNear(decision, 1000, 819));
  EXPECT_TRUE(IsNear(decision, 1000, std::nullopt));  // Still pending.
  const v1::DistanceJoin& polling = Of("G4").distance_join();
  EXPECT_TRUE(IsNear(polling, 1000, 1000));
  EXPECT_TRUE(IsNear(polling, 1000, 1090));
  EXPECT_FALSE(IsNear(polling, 1000, 1091));
  EXPECT_FALSE(IsNear(polling, 1000, 999));
  EXPECT_FALSE(IsNear(polling, 1000, std::nullopt));
}

TEST(OverdueTest, FiresFromTheDayBehindTheDueDay) {
  const auto review = [](Day as_of, std::optional<Day> held = std::nullopt) {
    return Word(JudgeOverdue(Of("F3"), 1000, held, as_of));
  };
  EXPECT_EQ(review(1090), "NO_HIT");
  EXPECT_EQ(review(1091), "OVER_90");
  EXPECT_EQ(review(1730), "OVER_90");
  EXPECT_EQ(review(1731), "OVER_730");
  EXPECT_EQ(review(5000, 1090), "NO_HIT");   // It was held in time.
  EXPECT_EQ(review(5000, 1200), "OVER_90");  // It was held, and late.
  EXPECT_EQ(Word(JudgeOverdue(Of("H3"), 1000, std::nullopt, 1000)), "NO_HIT");
  EXPECT_EQ(Word(JudgeOverdue(Of("H3"), 1000, std::nullopt, 1001)), "HIT");
}

TEST(OverdueTest, WorkingDaysMakeTheDueDay) {
  const Day friday = *ParseDay("2026-06-26");
  const v1::Overdue& outcome = Of("H2").overdue();
  EXPECT_EQ(DueDay(outcome, friday, {}), friday + 14);
  EXPECT_EQ(DueDay(outcome, friday, {friday + 3}), friday + 17);
  EXPECT_EQ(DueDay(Of("H3").overdue(), friday, {}), friday);
}

}  // namespace
}  // namespace twinledger::risk
