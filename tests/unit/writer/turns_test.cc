// Two writers on one partition: after its own record each leaves the next to the other.
#include "platform/writer/turns.h"

#include "tests/unit/writer/writer_fixture.h"

namespace twinledger::writer {
namespace {

using std::chrono::milliseconds;

class TurnsTest : public WriterFixture {
 protected:
  TurnsTest() { Run(); }

  void AcceptAnothers(const std::string& request_id) {
    Land(ForeignRecord({ForeignCommit(request_id, "x")}));
    Read();
  }
  // An own record that takes 2 ms.
  void AcceptOwn(const std::string& request_id) {
    Set(request_id, "e1", request_id);
    environment.Pass(milliseconds(2));
    Accept();
    ASSERT_EQ(Told(request_id).substr(0, 4), "DONE");
  }
};

TEST_F(TurnsTest, WhoWritesAloneWaitsForNobody) {
  AcceptOwn("r1");
  Set("r2", "e1", "b");
  EXPECT_EQ(environment.appended.size(), 2u);
  EXPECT_FALSE(environment.wake_at);
}

TEST_F(TurnsTest, WhatIsReadOnlyToCatchUpTakesNoTurns) {
  Land(ForeignRecord({ForeignCommit("foreign", "x")}));
  Begin();
  Run();
  AcceptOwn("r1");
  Set("r2", "e1", "b");
  EXPECT_EQ(environment.appended.size(), 2u);
}

TEST_F(TurnsTest, BehindAnOwnRecordTheOtherHasItsTurn) {
  AcceptAnothers("foreign 1");
  AcceptOwn("r1");
  Set("r2", "e1", "b");
  Set("r3", "e2", "c");
  EXPECT_EQ(environment.appended.size(), 1u);
  AcceptAnothers("foreign 2");
  ASSERT_EQ(environment.appended.size(), 2u);
  EXPECT_EQ(RequestsOf(last().bytes), Texts({"r2", "r3"}));
}

TEST_F(TurnsTest, ATurnThatGoesUnusedEndsAndIsTheLast) {
  AcceptAnothers("foreign");
  AcceptOwn("r1");
  Set("r2", "e1", "b");
  ASSERT_EQ(environment.wake_at, environment.monotonic + milliseconds(8));
  environment.Pass(milliseconds(7));
  writer->OnTick();
  EXPECT_EQ(environment.appended.size(), 1u);
  environment.Pass(milliseconds(1));
  writer->OnTick();
  ASSERT_EQ(environment.appended.size(), 2u);
  Accept();
  Set("r3", "e1", "c");
  EXPECT_EQ(environment.appended.size(), 3u);
}

TEST_F(TurnsTest, TheOneThatLostAppendsAtOnce) {
  Set("r1", "e1", "a");
  const log::Offset lost = landed.size() + 1;
  Land(ForeignRecord({ForeignCommit("foreign", "x")}));
  LandLast();
  Read();
  Report(lost);
  ASSERT_EQ(environment.appended.size(), 2u);
  EXPECT_EQ(RequestsOf(last().bytes), Texts({"r1"}));
}

TEST(TurnsDurationTest, ATurnLastsAFewAppendsWithinBounds) {
  const MonotonicTime start(std::chrono::hours(1));
  const struct {
    std::chrono::microseconds took;
    std::chrono::microseconds turn;
  } kCases[] = {{std::chrono::microseconds(10), milliseconds(1)},
                {milliseconds(3), milliseconds(12)},
                {milliseconds(900), milliseconds(100)}};
  for (const auto& [took, turn] : kCases) {
    Turns turns;
    turns.OnOtherAccepted();
    turns.OnAppended(start);
    turns.OnOwnAccepted(start + took);
    EXPECT_EQ(turns.OthersUntil(start + took), start + took + turn);
    EXPECT_EQ(turns.OthersUntil(start + took + turn), std::nullopt);
  }
}

}  // namespace
}  // namespace twinledger::writer
