#include "platform/process/agenda.h"

#include <gtest/gtest.h>

namespace twinledger::process {
namespace {

using namespace std::chrono_literals;

constexpr MonotonicTime kNow{};

TEST(AgendaTest, ASubjectIsDueOnceHoweverOftenItIsTouched) {
  Agenda agenda;
  agenda.OnDay(100);
  agenda.Add("hutt", 99);
  for (int i = 0; i < 1000; ++i) agenda.Touch("hutt", 100);
  EXPECT_EQ(agenda.due(), 1U);
  const auto task = agenda.Take(kNow);
  EXPECT_EQ(task, (Task{"hutt", 100, 100}));
  EXPECT_EQ(agenda.Take(kNow), std::nullopt);
  agenda.Settle(*task, 100);
  EXPECT_EQ(agenda.Take(kNow), std::nullopt);
}

TEST(AgendaTest, WhatIsTouchedWhileItIsLookedAtIsDueAgain) {
  Agenda agenda;
  agenda.OnDay(100);
  agenda.Add("hutt", 99);
  const auto task = agenda.Take(kNow);
  agenda.Touch("hutt", 100);
  agenda.Touch("hutt", 100);
  EXPECT_EQ(agenda.Take(kNow), std::nullopt) << "it is at work";
  agenda.Settle(*task, 100);
  EXPECT_EQ(agenda.Take(kNow), task);
  agenda.Settle(*task, 100);
  EXPECT_EQ(agenda.Take(kNow), std::nullopt);
}

TEST(AgendaTest, MissedDaysAreCaughtUpInTheirOrder) {
  Agenda agenda({.days_most = 3});
  agenda.OnDay(100);
  agenda.Add("hutt", 92);
  EXPECT_EQ(agenda.Take(kNow), (Task{"hutt", 93, 95}));
  // Something was missing for day 94.
  agenda.Settle({"hutt", 93, 95}, 94);
  EXPECT_EQ(agenda.Take(kNow), (Task{"hutt", 95, 97}));
  agenda.Touch("hutt", 100);
  agenda.Settle({"hutt", 95, 97}, 97);
  EXPECT_EQ(agenda.Take(kNow), (Task{"hutt", 98, 100}));
  agenda.Settle({"hutt", 98, 100}, 100);
  EXPECT_EQ(agenda.Take(kNow), std::nullopt) << "the day of the touch was looked at behind it";
}

TEST(AgendaTest, ANewDayMakesEverySubjectDue) {
  Agenda agenda;
  agenda.OnDay(100);
  for (const char* const subject : {"a", "b"}) {
    agenda.Add(subject, 99);
    agenda.Settle(*agenda.Take(kNow), 100);
  }
  agenda.OnDay(99);
  EXPECT_EQ(agenda.Take(kNow), std::nullopt) << "days never go back";
  agenda.OnDay(102);
  EXPECT_EQ(agenda.Take(kNow), (Task{"a", 101, 102}));
  EXPECT_EQ(agenda.Take(kNow), (Task{"b", 101, 102}));
}

TEST(AgendaTest, ADayOnWhichASubjectWasTouchedIsLookedAtThoughAnotherHasBegun) {
  Agenda agenda;
  agenda.OnDay(100);
  agenda.Add("hutt", 99);
  agenda.Settle(*agenda.Take(kNow), 100);
  agenda.Touch("hutt", 100);
  agenda.OnDay(101);
  agenda.Touch("hutt", 101);
  const auto task = agenda.Take(kNow);
  EXPECT_EQ(task, (Task{"hutt", 100, 101}));
  agenda.Settle(*task, 101);
  EXPECT_EQ(agenda.Take(kNow), std::nullopt);
}

TEST(AgendaTest, WhatIsReadLateIsLookedAtFromItsOwnDayOn) {
  Agenda agenda({.days_most = 3});
  agenda.OnDay(104);
  agenda.Add("hutt", 103);
  agenda.Settle(*agenda.Take(kNow), 104);
  agenda.Touch("hutt", 103);
  agenda.Touch("hutt", 101);
  agenda.Touch("hutt", 102);
  auto task = agenda.Take(kNow);
  EXPECT_EQ(task, (Task{"hutt", 101, 103}));
  agenda.Settle(*task, 103);
  task = agenda.Take(kNow);
  EXPECT_EQ(task, (Task{"hutt", 104, 104}));
  agenda.Settle(*task, 104);
  EXPECT_EQ(agenda.Take(kNow), std::nullopt);
  agenda.Touch("hutt", 110);
  EXPECT_EQ(agenda.Take(kNow), (Task{"hutt", 104, 104})) << "no day that is still to come";
}

TEST(AgendaTest, ADayWhoseLookFailedIsLookedAtThoughAnotherHasBegun) {
  Agenda agenda({.retry_first = 100ms});
  agenda.OnDay(100);
  agenda.Add("hutt", 99);
  agenda.Settle(*agenda.Take(kNow), 100);
  agenda.Touch("hutt", 100);
  agenda.Fail(*agenda.Take(kNow), kNow);
  agenda.OnDay(103);
  EXPECT_EQ(agenda.Take(kNow + 100ms), (Task{"hutt", 100, 103}));
}

TEST(AgendaTest, SoManyAreAtWorkAtOnceAndTheOthersWaitInTheirTurn) {
  Agenda agenda({.at_work_most = 2});
  agenda.OnDay(1);
  for (const char* const subject : {"c", "a", "b"}) agenda.Add(subject, 0);
  const auto first = agenda.Take(kNow);
  EXPECT_EQ(first->subject, "c");
  EXPECT_EQ(agenda.Take(kNow)->subject, "a");
  EXPECT_EQ(agenda.Take(kNow), std::nullopt);
  agenda.Settle(*first, 1);
  EXPECT_EQ(agenda.Take(kNow)->subject, "b");
}

TEST(AgendaTest, WhatFailedIsTriedAgainAfterEverLongerPauses) {
  Agenda agenda({.retry_first = 100ms, .retry_most = 350ms});
  agenda.OnDay(1);
  agenda.Add("hutt", 0);
  MonotonicTime now = kNow;
  for (const auto pause : {100ms, 200ms, 350ms, 350ms}) {
    const auto task = agenda.Take(now);
    ASSERT_TRUE(task);
    agenda.Fail(*task, now);
    agenda.Touch("hutt", 1);
    EXPECT_EQ(agenda.failing(), 1U);
    EXPECT_EQ(agenda.NextRetry(), now + pause);
    EXPECT_EQ(agenda.Take(now + pause - 1us), std::nullopt) << "a touch does not shorten it";
    now += pause;
  }
  agenda.Settle(*agenda.Take(now), 1);
  EXPECT_EQ(agenda.failing(), 0U);
  agenda.Touch("hutt", 1);
  agenda.Fail(*agenda.Take(now), now);
  EXPECT_EQ(agenda.NextRetry(), now + 100ms) << "what settled begins anew";
}

TEST(AgendaTest, WhoFailsDoesNotHoldUpTheOthers) {
  Agenda agenda({.at_work_most = 1});
  agenda.OnDay(1);
  agenda.Add("a", 0);
  agenda.Add("b", 0);
  agenda.Fail(*agenda.Take(kNow), kNow);
  EXPECT_EQ(agenda.Take(kNow)->subject, "b");
}

}  // namespace
}  // namespace twinledger::process
