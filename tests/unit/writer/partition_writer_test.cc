// The table of the append protocol, row by row: what a writer in each state does with each input.
#include "platform/writer/partition_writer.h"

#include "tests/unit/writer/writer_fixture.h"

namespace twinledger::writer {
namespace {

using testing::NoteCommand;

class PartitionWriterTest : public WriterFixture {};

TEST_F(PartitionWriterTest, AppendsNothingBeforeItHasReadUpToTheTailOfItsOpening) {
  Set("r1", "a", "one");
  EXPECT_EQ(writer->state(), State::kOpening);
  writer->OnTail(log::Offset(landed.size()));
  EXPECT_TRUE(environment.appended.empty());
  Read();
  EXPECT_EQ(writer->state(), State::kRunning);
  EXPECT_EQ(environment.appended.size(), 1U);
}

TEST_F(PartitionWriterTest, AnswersWhatIsInTheIndexWhileItOpens) {
  Run();
  Set("r1", "a", "one");
  Accept();
  Begin();
  EXPECT_EQ(writer->state(), State::kOpening);
  Submit(NoteCommand("r1", "a", "one"), "again");
  EXPECT_EQ(Told("again"), "DONE 2");
  EXPECT_EQ(told.at("again")->commit_hash, told.at("r1")->commit_hash);
  EXPECT_EQ(told.at("again")->record_time, told.at("r1")->record_time);
}

TEST_F(PartitionWriterTest, AnswersWhenTheCommitIsAcceptedAndNotBefore) {
  Run();
  Set("r1", "a", "one");
  EXPECT_EQ(Told("r1"), "");
  LandLast();
  EXPECT_EQ(Told("r1"), "");
  Report(landed.size() - 1);
  EXPECT_EQ(Told("r1"), "DONE 2");
  const auto commits = CommitsOf(last().bytes);
  ASSERT_EQ(commits.size(), 1U);
  EXPECT_EQ(told.at("r1")->commit_hash, crypto::Sha256(commits[0].SerializeAsString()));
}

TEST_F(PartitionWriterTest, RefusalsAndUnchangedStatesAreCommitsToo) {
  Run();
  Set("r1", "a", "one");
  Set("r2", "a", "one");
  Set("r3", "a", "no");
  Accept();
  EXPECT_EQ(Told("r2"), "");
  Accept();
  EXPECT_EQ(Told("r2"), "UNCHANGED 3");
  EXPECT_EQ(Told("r3"), "REFUSED 4");
  EXPECT_EQ(told.at("r3")->refusal.reason(), "FORBIDDEN");
  for (const log::v1::Commit& commit : CommitsOf(last().bytes)) {
    EXPECT_TRUE(commit.events().empty());
  }
  Submit(NoteCommand("r3", "a", "no"), "again");
  EXPECT_EQ(Told("again"), "REFUSED 4");
  EXPECT_EQ(told.at("again")->refusal.reason(), "FORBIDDEN");
}

TEST_F(PartitionWriterTest, WhatArrivesDuringAnAppendMakesTheNextRecord) {
  Run();
  Set("r1", "a", "one");
  Set("r2", "a", "two");
  Set("r3", "b", "three");
  ASSERT_EQ(environment.appended.size(), 1U);
  Accept();
  ASSERT_EQ(environment.appended.size(), 2U);
  EXPECT_EQ(RequestsOf(last().bytes), (Texts{"r2", "r3"}));
}

TEST_F(PartitionWriterTest, ARecordWaitsAMomentForCommandsThatAreOnTheirWay) {
  Run();
  environment.more_on_the_way = true;
  Set("r1", "a", "one");
  EXPECT_TRUE(environment.appended.empty());
  Set("r2", "b", "two");
  EXPECT_TRUE(environment.appended.empty());
  environment.more_on_the_way = false;
  writer->OnTick();
  ASSERT_EQ(environment.appended.size(), 1U);
  EXPECT_EQ(RequestsOf(last().bytes), (Texts{"r1", "r2"}));
}

TEST_F(PartitionWriterTest, ARecordWaitsNoLongerThanItSaidForWhatNeverComes) {
  Run();
  environment.more_on_the_way = true;
  Set("r1", "a", "one");
  ASSERT_TRUE(environment.wake_at);
  const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(*environment.wake_at -
                                                                          environment.monotonic);
  EXPECT_LE(wait, std::chrono::milliseconds(5));
  environment.Pass(wait);
  writer->OnTick();
  ASSERT_EQ(environment.appended.size(), 1U);
  Set("r2", "a", "two");
  Accept();
  EXPECT_EQ(environment.appended.size(), 1U) << "the next one waits again";
}

TEST_F(PartitionWriterTest, ARecordsWorthOfCommandsWaitsForNoMore) {
  Run();
  environment.more_on_the_way = true;
  for (int i = 0; environment.appended.empty() && i < 100; ++i) {
    Set("r" + std::to_string(i), "a", "text " + std::to_string(i));
  }
  EXPECT_EQ(RequestsOf(last().bytes).size(), 16U);
}

TEST_F(PartitionWriterTest, AnOwnRecordLeavesTheRowsThatAnyReaderHas) {
  Run();
  Set("r1", "a", "one");
  Set("r2", "a", "two");
  Set("r3", "b", "three");
  Submit(NoteCommand("r4", "b", "no"));
  Accept();
  Accept();
  store::MemoryStore elsewhere;
  const auto reader = *projection::PartitionView::Open(elsewhere, projection, founding, partition);
  for (log::Offset at = 0; at < landed.size(); ++at) {
    ASSERT_TRUE(reader->Consume(log::ReadRecord(at, landed[at])));
  }
  EXPECT_EQ(reader->chain().sequence, view->chain().sequence);
  EXPECT_EQ(reader->rows(), view->rows());
  EXPECT_EQ(reader->digest(), view->digest());
  EXPECT_EQ(elsewhere.Rows(), store.Rows());
}

TEST_F(PartitionWriterTest, EachCommandIsDecidedOnWhatTheOnesBeforeItLeave) {
  Run();
  Set("r1", "a", "one");
  Set("r2", "a", "two");
  Set("r3", "a", "two");
  Accept();
  Accept();
  EXPECT_EQ(Told("r2"), "DONE 3");
  EXPECT_EQ(Told("r3"), "UNCHANGED 4");
}

TEST_F(PartitionWriterTest, ARecordThatIsReadBeforeItsReportIsAnswered) {
  Run();
  Set("r1", "a", "one");
  const log::Offset offset = LandLast();
  Read();
  EXPECT_EQ(Told("r1"), "DONE 2");
  // A report names its session alone, so nothing else is appended before it.
  Set("r2", "a", "two");
  EXPECT_EQ(environment.appended.size(), 1U);
  Report(offset);
  EXPECT_EQ(writer->state(), State::kRunning);
  EXPECT_EQ(environment.appended.size(), 2U);
}

TEST_F(PartitionWriterTest, ARepeatedRequestJoinsTheOneInFlight) {
  Run();
  Set("r1", "a", "one");
  Submit(NoteCommand("r1", "a", "one"), "again");
  Accept();
  EXPECT_EQ(Told("r1"), "DONE 2");
  EXPECT_EQ(Told("again"), "DONE 2");
  EXPECT_EQ(environment.appended.size(), 1U);
}

TEST_F(PartitionWriterTest, AnotherActorsEqualRequestIdIsAnotherRequest) {
  Run();
  Set("r1", "a", "one");
  Submit(NoteCommand("r1", "a", "two", "somebody else"), "other");
  Accept();
  Accept();
  EXPECT_EQ(Told("r1"), "DONE 2");
  EXPECT_EQ(Told("other"), "DONE 3");
}

TEST_F(PartitionWriterTest, AReusedIdIsToldFromTheAcceptedCommitOnly) {
  Run();
  Set("r1", "a", "one");
  Submit(NoteCommand("r1", "a", "other"), "reuse");
  EXPECT_EQ(Told("reuse"), "");
  Accept();
  EXPECT_EQ(Told("r1"), "DONE 2");
  EXPECT_EQ(Told("reuse"), "REQUEST_ID_REUSED");
  EXPECT_EQ(told.at("reuse").error().code, Code::kAlreadyExists);
  Submit(NoteCommand("r1", "a", "third"), "later");
  EXPECT_EQ(Told("later"), "REQUEST_ID_REUSED");
}

TEST_F(PartitionWriterTest, ACommandWhosePredecessorIsUnknownIsNotAdmitted) {
  Run();
  Command second = NoteCommand("r2", "a", "two");
  second.after = "r1";
  Submit(second, "alone");
  EXPECT_EQ(Told("alone"), "AFTER_UNKNOWN");
  EXPECT_EQ(told.at("alone").error().code, Code::kUnavailable);
  Set("r1", "a", "one");
  Submit(second, "behind the queued one");
  Accept();
  Accept();
  EXPECT_EQ(Told("behind the queued one"), "DONE 3");
  Command third = NoteCommand("r3", "a", "three");
  third.after = "r1";
  Submit(third, "behind the recorded one");
  Accept();
  EXPECT_EQ(Told("behind the recorded one"), "DONE 4");
}

TEST_F(PartitionWriterTest, AFullQueueAsksToComeBack) {
  Begin({.queue_commands_max = 2});
  Set("r1", "a", "one");
  Set("r2", "a", "two");
  Set("r3", "a", "three");
  Submit(NoteCommand("r1", "a", "one"), "joins");
  EXPECT_EQ(Told("r3"), "QUEUE_FULL");
  EXPECT_EQ(Told("joins"), "QUEUE_FULL");
  EXPECT_EQ(told.at("r3").error().code, Code::kResourceExhausted);
  EXPECT_TRUE(told.at("r3").error().retry_after.has_value());
}

TEST_F(PartitionWriterTest, ACommandWhoseCallerHasGoneKeepsItsPlace) {
  Set("r1", "a", "one");
  Set("r2", "a", "two");
  environment.Pass(std::chrono::seconds(11));
  writer->OnTick();
  EXPECT_EQ(Told("r1"), "REPEAT");
  EXPECT_EQ(told.at("r1").error().code, Code::kUnavailable);
  Submit(NoteCommand("r3", "a", "three"));
  Submit(NoteCommand("r2", "a", "two"), "again");
  Run();
  EXPECT_EQ(RequestsOf(last().bytes), (Texts{"r1", "r2", "r3"}));
  Accept();
  EXPECT_EQ(Told("again"), "DONE 3");
}

TEST_F(PartitionWriterTest, AForeignRecordEmptiesWhatIsInFlightWhateverItsReportSays) {
  Run();
  Set("r1", "a", "one");
  Land(ForeignRecord({ForeignCommit("foreign", "x")}));
  Read();
  EXPECT_EQ(writer->state(), State::kDraining);
  EXPECT_EQ(environment.appended.size(), 1U);
  Report(LandLast());  // At the next offset: void all the same.
  EXPECT_EQ(Told("r1"), "");
  ASSERT_EQ(environment.appended.size(), 2U);
  Accept();
  EXPECT_EQ(Told("r1"), "DONE 3");
}

TEST_F(PartitionWriterTest, ARequestThatAnotherWriterRecordedIsAnsweredFromItsCommit) {
  Run();
  Submit(NoteCommand("r1", "elsewhere", "x"));
  Land(ForeignRecord({ForeignCommit("r1", "x")}));
  Read();
  EXPECT_EQ(Told("r1"), "DONE 2");
  Report(LandLast());
  EXPECT_EQ(environment.appended.size(), 1U);
  EXPECT_EQ(writer->queued(), 0U);
}

TEST_F(PartitionWriterTest, WhatIsNotAtTheTipCatchesUpAndIsDecidedAgain) {
  Run();
  Set("r1", "a", "one");
  Land(ForeignRecord({ForeignCommit("foreign", "x")}));
  ReportNotAppended(Code::kAborted, "NOT_AT_TIP");
  EXPECT_EQ(writer->state(), State::kCatchingUp);
  EXPECT_EQ(Told("r1"), "");
  writer->OnTail(log::Offset(landed.size()));
  Read();
  EXPECT_EQ(environment.sessions, 1U);
  ASSERT_EQ(environment.appended.size(), 2U);
  Accept();
  EXPECT_EQ(Told("r1"), "DONE 3");
}

TEST_F(PartitionWriterTest, WhoWaitsWhenItEndsIsToldToRepeat) {
  Set("r1", "a", "one");
  writer.reset();
  EXPECT_EQ(Told("r1"), "REPEAT");
}

TEST_F(PartitionWriterTest, ACallerMaySubmitFromWithinItsReply) {
  Run();
  bool done = false;
  const MonotonicTime deadline = environment.monotonic + std::chrono::seconds(1);
  writer->OnCommand(NoteCommand("r1", "a", "one"), deadline, [&](const Result<Outcome>&) {
    writer->OnCommand(NoteCommand("r2", "a", "two"), deadline,
                      [&](const Result<Outcome>& result) { done = result.ok(); });
  });
  Accept();
  Accept();
  EXPECT_TRUE(done);
}

}  // namespace
}  // namespace twinledger::writer
