// Appends that nobody knows the fate of: what is decided again, and what callers may be told.
#include <gmock/gmock.h>

#include "tests/unit/writer/writer_fixture.h"

namespace twinledger::writer {
namespace {

using testing::NoteCommand;

class AmbiguousAppendTest : public WriterFixture {};

TEST_F(AmbiguousAppendTest, AReportOfAnAbandonedSessionIsIgnored) {
  Run();
  Set("r1", "a", "one");
  ReportAmbiguous();
  writer->OnTail(log::Offset(landed.size()));
  ASSERT_EQ(environment.appended.size(), 2U);
  const SessionId abandoned = environment.appended[0].session;
  EXPECT_NE(abandoned, last().session);
  writer->OnReport(abandoned, {log::AppendOutcome::Kind::kAppended, landed.size(), {}});
  EXPECT_EQ(Told("r1"), "");
  EXPECT_TRUE(writer->in_flight());
}

TEST_F(AmbiguousAppendTest, AnAmbiguousAppendIsDecidedAgainInTheSameOrderAtTheTail) {
  Run();
  Set("r1", "a", "one");
  Set("r2", "a", "two");
  ReportAmbiguous();
  EXPECT_EQ(writer->state(), State::kCatchingUp);
  EXPECT_EQ(environment.sessions, 2U);
  Land(ForeignRecord({ForeignCommit("foreign", "x")}));
  writer->OnTail(log::Offset(landed.size()));
  EXPECT_EQ(environment.appended.size(), 1U);
  Read();
  EXPECT_EQ(writer->state(), State::kRunning);
  EXPECT_EQ(RequestsOf(last().bytes), (Texts{"r1", "r2"}));
  Accept();
  EXPECT_EQ(Told("r1"), "DONE 3");
  EXPECT_EQ(Told("r2"), "DONE 4");
}

TEST_F(AmbiguousAppendTest, AnAmbiguousRecordThatLandsLateWinsOverItsSuccessor) {
  Run();
  Set("r1", "a", "one");
  const std::string first = last().bytes;
  ReportAmbiguous();
  writer->OnTail(log::Offset(landed.size()));
  Set("r2", "a", "two");
  Land(first);
  const log::Offset second = LandLast();
  Read();
  EXPECT_EQ(Told("r1"), "DONE 2");
  EXPECT_EQ(writer->state(), State::kDraining);
  Report(second);
  EXPECT_EQ(writer->state(), State::kRunning);
  EXPECT_EQ(RequestsOf(last().bytes), (Texts{"r2"}));
  EXPECT_EQ(writer->counts().voids, 1U);
  EXPECT_EQ(writer->counts().ambiguous, 1U);
}

// The first append may land yet, so "not recorded" would be a guess.
TEST_F(AmbiguousAppendTest, ACertainFailureAfterAnAmbiguousOneTellsCallersToRepeat) {
  Run();
  Set("r1", "a", "one");
  const std::string first = last().bytes;
  ReportAmbiguous();
  writer->OnTail(log::Offset(landed.size()));
  Set("r2", "a", "two");
  ASSERT_EQ(environment.appended.size(), 2U);
  ReportNotAppended(Code::kResourceExhausted, "DISK_FULL");
  EXPECT_EQ(Told("r1"), "REPEAT");
  EXPECT_EQ(Told("r2"), "");
  Land(first);
  writer->OnTail(log::Offset(landed.size()));
  Read();
  Submit(NoteCommand("r1", "a", "one"), "again");
  EXPECT_EQ(Told("again"), "DONE 2");
}

TEST_F(AmbiguousAppendTest, OnlyTheCommandsThatWereInItAreInDoubt) {
  Run();
  Set("r1", "a", "one");
  ReportAmbiguous();
  writer->OnTail(log::Offset(landed.size()));
  Accept();
  ASSERT_EQ(Told("r1"), "DONE 2");
  Set("r2", "a", "two");
  ReportNotAppended(Code::kResourceExhausted, "DISK_FULL");
  EXPECT_EQ(Told("r2"), "DISK_FULL");
}

}  // namespace
}  // namespace twinledger::writer
