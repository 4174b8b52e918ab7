// The faults of the simulated log: each happens, is counted, and repeats from its seed.
#include "platform/log/simulated/simulated_log.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace twinledger::log {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = AppendOutcome::Kind;

const PartitionId kPartition{"stream", 0};
constexpr std::uint32_t kAlways = 1000;

struct Appender {
  explicit Appender(SimulatedLog& log) : session(*log.OpenSession()) {}

  void Append(std::string record) {
    session->Append(kPartition, std::move(record),
                    [this](const AppendOutcome& outcome) { outcomes.push_back(outcome); });
  }
  std::vector<Kind> Kinds() const {
    std::vector<Kind> kinds;
    for (const AppendOutcome& outcome : outcomes) kinds.push_back(outcome.kind);
    return kinds;
  }

  std::vector<AppendOutcome> outcomes;
  std::unique_ptr<AppendSession> session;
};

void RunAll(SimulatedLog& log) {
  while (log.Step()) {
  }
}

TEST(SimulatedLogTest, ACalmAppendIsCompleteWhenItReturns) {
  SimulatedLog log;
  Appender appender(log);
  appender.Append("a");
  EXPECT_THAT(appender.Kinds(), ElementsAre(Kind::kAppended));
  EXPECT_THAT(log.Stored(kPartition), ElementsAre("a"));
  EXPECT_FALSE(log.Step());
}

TEST(SimulatedLogTest, ADelayedRecordLandsAndIsReportedInSteps) {
  SimulatedLog log(1, {.delay_max = milliseconds(100)});
  Appender appender(log);
  appender.Append("a");
  EXPECT_THAT(log.Stored(kPartition), IsEmpty());
  ASSERT_TRUE(log.Step());
  EXPECT_THAT(log.Stored(kPartition), ElementsAre("a"));
  EXPECT_THAT(appender.Kinds(), IsEmpty());
  ASSERT_TRUE(log.Step());
  EXPECT_THAT(appender.Kinds(), ElementsAre(Kind::kAppended));
}

TEST(SimulatedLogTest, ALateRecordLandsAfterItWasReportedAmbiguousAndTheTailWasRead) {
  SimulatedLog log(1, {.late = kAlways});
  Appender appender(log);
  appender.Append("late");
  log.AdvanceTo(MonotonicTime(seconds(1)));
  EXPECT_THAT(appender.Kinds(), ElementsAre(Kind::kAmbiguous));
  EXPECT_EQ(*log.Tail(kPartition), 0U);
  RunAll(log);
  EXPECT_THAT(log.Stored(kPartition), ElementsAre("late"));
  EXPECT_EQ(log.faults().late, 1U);
  EXPECT_EQ(log.faults().behind_tail, 1U);
}

TEST(SimulatedLogTest, ARecordOfAnOldSessionLandsBehindThoseOfANewerOne) {
  SimulatedLog log(1, {.late = kAlways});
  Appender older(log);
  older.Append("older");
  log.SetPlan({});
  Appender newer(log);
  newer.Append("newer");
  RunAll(log);
  EXPECT_THAT(log.Stored(kPartition), ElementsAre("newer", "older"));
  EXPECT_EQ(log.faults().behind_newer_session, 1U);
}

TEST(SimulatedLogTest, ALostRecordIsReportedAmbiguousAndNeverLands) {
  SimulatedLog log(1, {.lost = kAlways});
  Appender appender(log);
  appender.Append("lost");
  RunAll(log);
  EXPECT_THAT(appender.Kinds(), ElementsAre(Kind::kAmbiguous));
  EXPECT_THAT(log.Stored(kPartition), IsEmpty());
  EXPECT_EQ(log.faults().lost, 1U);
}

TEST(SimulatedLogTest, AnUnacknowledgedRecordIsThereAndReportedAmbiguous) {
  SimulatedLog log(1, {.unacknowledged = kAlways});
  Appender appender(log);
  appender.Append("there");
  RunAll(log);
  EXPECT_THAT(appender.Kinds(), ElementsAre(Kind::kAmbiguous));
  EXPECT_THAT(log.Stored(kPartition), ElementsAre("there"));
  EXPECT_EQ(log.faults().unacknowledged, 1U);
}

TEST(SimulatedLogTest, ADuplicatedRecordLandsTwiceAndIsReportedOnce) {
  SimulatedLog log(1, {.duplicated = kAlways});
  Appender appender(log);
  appender.Append("twice");
  RunAll(log);
  EXPECT_THAT(appender.Kinds(), ElementsAre(Kind::kAppended));
  EXPECT_THAT(log.Stored(kPartition), ElementsAre("twice", "twice"));
  EXPECT_EQ(log.faults().duplicated, 1U);
}

TEST(SimulatedLogTest, ARefusedRecordIsCertainlyNotThere) {
  SimulatedLog log(1, {.refused = kAlways});
  Appender appender(log);
  appender.Append("refused");
  RunAll(log);
  EXPECT_THAT(appender.Kinds(), ElementsAre(Kind::kNotAppended));
  EXPECT_THAT(log.Stored(kPartition), IsEmpty());
  EXPECT_EQ(log.faults().refused, 1U);
}

TEST(SimulatedLogTest, WhatACrashedProducerHadInFlightIsLostOrLandsLate) {
  SimulatedLog log(1, {.delay_max = milliseconds(10),
                       .lost_with_session = kAlways / 2,
                       .late_with_session = kAlways / 2});
  int reported = 0;
  {
    const auto session = *log.OpenSession();
    for (int i = 0; i < 100; ++i) {
      session->Append(kPartition, std::to_string(i), [&](const AppendOutcome&) { ++reported; });
    }
  }
  RunAll(log);
  EXPECT_EQ(reported, 0);
  const FaultCounts faults = log.faults();
  EXPECT_EQ(faults.abandoned, 100U);
  EXPECT_GT(faults.lost_with_session, 0U);
  EXPECT_THAT(log.Stored(kPartition), SizeIs(100 - faults.lost_with_session));
}

TEST(SimulatedLogTest, RecordsOfALiveSessionLandInOrderHoweverTheyAreDelayed) {
  SimulatedLog log(7, {.delay_max = seconds(2), .late = kAlways / 4});
  Appender appender(log);
  std::vector<std::string> given;
  for (int i = 0; i < 50; ++i) {
    given.push_back(std::to_string(i));
    appender.Append(given.back());
  }
  RunAll(log);
  EXPECT_THAT(log.Stored(kPartition), ::testing::ElementsAreArray(given));
}

TEST(SimulatedLogTest, TheSameSeedGivesTheSameRun) {
  const auto run = [](std::uint64_t seed) {
    SimulatedLog log(seed, {.delay_max = seconds(2), .late = 200, .lost = 200, .duplicated = 200});
    std::vector<std::unique_ptr<Appender>> appenders;
    for (int i = 0; i < 30; ++i) {
      appenders.push_back(std::make_unique<Appender>(log));
      appenders.back()->Append(std::to_string(i));
    }
    RunAll(log);
    return log.Stored(kPartition);
  };
  EXPECT_EQ(run(3), run(3));
  EXPECT_NE(run(3), run(4));
}

TEST(SimulatedLogTest, AReaderThatWaitsLetsTimePass) {
  SimulatedLog log(1, {.delay_max = milliseconds(100)});
  Appender appender(log);
  appender.Append("a");
  const auto reader = *log.OpenReader({{kPartition, 0}});
  EXPECT_THAT(*reader->Next(milliseconds(0)), IsEmpty());
  EXPECT_THAT(*reader->Next(milliseconds(100)), SizeIs(1));
}

TEST(SimulatedLogTest, AReaderNoticesThatTheLogWasCutBehindIt) {
  SimulatedLog log;
  Appender appender(log);
  appender.Append("a");
  appender.Append("b");
  const auto reader = *log.OpenReader({{kPartition, 2}});
  log.Truncate(kPartition, 1);
  const auto read = reader->Next(milliseconds(0));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, Code::kDataLoss);
  EXPECT_EQ(log.faults().damaged, 1U);
}

}  // namespace
}  // namespace twinledger::log
