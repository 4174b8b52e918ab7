#include "risk/rpc/day_asked.h"

#include <gtest/gtest.h>

namespace twinledger::risk {
namespace {

const Day kToday = *ParseDay("2026-06-30");

WallTime NoonOf(Day day) { return WallTime(std::chrono::days(day)); }

// With a record of that day.
CouncilInputs Inputs(Day recorded) {
  Revision revision;
  revision.recorded = recorded;
  CouncilInputs inputs;
  inputs.records.push_back({.record_id = "gift", .revisions = {revision}});
  return inputs;
}

v1::GetAssessmentRequest OfDay(Day day) {
  v1::GetAssessmentRequest request;
  request.set_day(day);
  return request;
}

TEST(DayAskedTest, IsTheOneNamedElseThatOfTheTimeElseToday) {
  const CouncilInputs inputs = Inputs(kToday - 10);
  EXPECT_EQ(*DayAsked({}, inputs, NoonOf(kToday)), kToday);
  v1::GetAssessmentRequest then;
  then.mutable_read_options()->mutable_as_of()->mutable_time()->set_seconds(
      std::chrono::duration_cast<std::chrono::seconds>(NoonOf(kToday - 5).time_since_epoch())
          .count());
  EXPECT_EQ(*DayAsked(then, inputs, NoonOf(kToday)), kToday - 5);
  then.set_day(kToday + 365);
  EXPECT_EQ(*DayAsked(then, inputs, NoonOf(kToday)), kToday + 365);
}

TEST(DayAskedTest, ADayBeforeARecordThatIsScoredIsRefused) {
  EXPECT_EQ(*DayAsked(OfDay(kToday), Inputs(kToday), NoonOf(kToday)), kToday);
  const Result<Day> early = DayAsked(OfDay(kToday - 1), Inputs(kToday), NoonOf(kToday));
  ASSERT_FALSE(early.ok());
  ASSERT_EQ(early.error().violations.size(), 1U);
  EXPECT_EQ(early.error().violations[0].field, "day");
}

// Of another replica, whose clock is ahead: nobody gave a day that could be wrong.
TEST(DayAskedTest, WithoutADayARecordOfTomorrowIsScoredTomorrow) {
  EXPECT_EQ(*DayAsked({}, Inputs(kToday + 1), NoonOf(kToday)), kToday + 1);
}

}  // namespace
}  // namespace twinledger::risk
