#include "platform/server/void_alarm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/support/manual_clock.h"

namespace twinledger::server {
namespace {

using namespace std::chrono_literals;
using log::VoidReason;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class VoidAlarmTest : public ::testing::Test {
 protected:
  VoidAlarmTest() {
    status.partition = {"registry", 3};
    status.sequence = 100'000;
    status.voids_read.since = 100'000;
    Look();
  }

  void Read(VoidReason reason, std::uint64_t count) {
    status.voids_read.by_reason[reason] += count;
  }

  // What is said of it now.
  std::string Look() {
    out.str("");
    alarm.Look({status});
    logger.Flush();
    return out.str();
  }

  support::ManualClock clock{WallTime{}};
  std::ostringstream out;
  telemetry::Logger logger{out, "twinledgerd", telemetry::Level::kInfo, clock};
  VoidAlarm alarm{logger, clock};
  projection::PartitionStatus status;
};

TEST_F(VoidAlarmTest, WhatNoWriterMakesIsToldAtOnceWithItsReasonsAndPlace) {
  Read(VoidReason::kSignature, 3);
  Read(VoidReason::kUnparsable, 1);
  status.voids_read.last = 71;
  const std::string line = Look();
  EXPECT_THAT(line, HasSubstr("4 void records (1 UNPARSABLE, 3 SIGNATURE), the last at offset 71"));
  EXPECT_THAT(line, HasSubstr(R"("level":"warning")"));
  EXPECT_THAT(line, HasSubstr(R"("partition":"registry/3","reason":"VOID_RECORDS")"));
}

TEST_F(VoidAlarmTest, WhileTheyComeItIsToldOnceAMinute) {
  Read(VoidReason::kUnknownKey, 1);
  EXPECT_THAT(Look(), HasSubstr("1 void records"));
  for (int i = 0; i < 59; ++i) {
    clock.Advance(1s);
    Read(VoidReason::kUnknownKey, 10);
    EXPECT_THAT(Look(), IsEmpty());
  }
  clock.Advance(1s);
  EXPECT_THAT(Look(), HasSubstr("590 void records (590 UNKNOWN_KEY)"));
  clock.Advance(1h);
  EXPECT_THAT(Look(), IsEmpty());
}

TEST_F(VoidAlarmTest, RacesOfWritersAreNoAlarm) {
  for (int minute = 0; minute < 10; ++minute) {
    status.sequence += 5'000;
    Read(VoidReason::kSequence, 10'000);
    Read(VoidReason::kPreviousHash, 500);
    EXPECT_THAT(Look(), IsEmpty());
    clock.Advance(1min);
  }
}

TEST_F(VoidAlarmTest, MoreThanRacesMakeIsAFlood) {
  status.sequence += 10;
  Read(VoidReason::kSequence, 1'100);
  EXPECT_THAT(Look(), IsEmpty());
  Read(VoidReason::kSequence, 1);
  EXPECT_THAT(Look(), HasSubstr("1101 void records (1101 SEQUENCE)"));
}

}  // namespace
}  // namespace twinledger::server
