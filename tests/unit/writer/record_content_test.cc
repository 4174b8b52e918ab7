// What becomes of one command on its way into a record: the commit, and everything that keeps it
// out.
#include "platform/writer/record_builder.h"

#include "platform/log/made_here.h"
#include "tests/unit/writer/writer_fixture.h"

namespace twinledger::writer {
namespace {

using testing::NoteCommand;

class RecordContentTest : public WriterFixture {};

TEST_F(RecordContentTest, ACommitSaysAllThatTheCommandSaid) {
  Run();
  Command command = NoteCommand("r1", "a", "one");
  command.correlation_id = "batch";
  command.causation = "registry/0/1";
  command.decide = [](const store::RowReader&, const DecisionContext& context) -> Result<Decision> {
    return Decision(
        Events{{context.actor}, log::v1::MARKING_SENSITIVE, log::v1::RELEASE_CLASS_AGENCY});
  };
  const crypto::Hash digest = command.digest;
  Submit(std::move(command));
  const std::vector<log::v1::Commit> commits = CommitsOf(last().bytes);
  ASSERT_EQ(commits.size(), 1U);
  const log::v1::Commit& commit = commits[0];
  EXPECT_EQ(commit.sequence(), 2U);
  EXPECT_EQ(commit.record_time_us(), environment.now.time_since_epoch().count());
  EXPECT_EQ(commit.key().type(), "council");
  EXPECT_EQ(commit.key().id(), "a");
  EXPECT_EQ(commit.actor(), "account");
  EXPECT_EQ(commit.request_id(), "r1");
  EXPECT_EQ(commit.request_digest(), crypto::Bytes(digest));
  EXPECT_EQ(commit.method(), "test.Notes/SetNote");
  EXPECT_EQ(commit.correlation_id(), "batch");
  EXPECT_EQ(commit.causation(), "registry/0/1");
  EXPECT_EQ(commit.marking(), log::v1::MARKING_SENSITIVE);
  EXPECT_EQ(commit.release_class(), log::v1::RELEASE_CLASS_AGENCY);
  EXPECT_EQ(commit.salt().size(), 16U);
  EXPECT_EQ(commit.schema_version(), 1u);
  EXPECT_EQ(commit.outcome(), log::v1::OUTCOME_DONE);
  ASSERT_EQ(commit.events_size(), 1);
  EXPECT_EQ(commit.events(0), "account");
}

// Its writer does not read it again.
TEST_F(RecordContentTest, ARecordAsItsWriterHasItIsWhatItsBytesSay) {
  Run();
  const WriterLimits limits;
  RecordBuilder builder(*view, limits, environment.now, environment.random);
  for (const char* const text : {"one", "no", "two"}) {
    const auto step = builder.Add(NoteCommand(text, "a", text));
    ASSERT_EQ(std::get<RecordBuilder::Fate>(step), RecordBuilder::Fate::kAdded);
  }
  const RecordBuilder::Built built = std::move(builder).Finish(key);
  const log::ReadRecord read(7, built.record.bytes());
  const log::ReadRecord made = built.record.At(7);
  EXPECT_TRUE(log::TakeMadeHere(7, read.bytes())) << "who reads the log parses it again";
  ASSERT_TRUE(read.parsed());
  EXPECT_TRUE(made.parsed());
  EXPECT_EQ(made.offset(), read.offset());
  EXPECT_EQ(made.bytes(), read.bytes());
  EXPECT_EQ(made.hash(), read.hash());
  EXPECT_EQ(made.record().SerializeAsString(), read.record().SerializeAsString());
  EXPECT_EQ(made.body().SerializeAsString(), read.body().SerializeAsString());
  EXPECT_TRUE(made.SignedBy(key.public_key()));
  ASSERT_EQ(made.commits().size(), 3U);
  ASSERT_EQ(read.commits().size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(made.commits()[i].hash, read.commits()[i].hash);
    EXPECT_EQ(made.commits()[i].commit.SerializeAsString(),
              read.commits()[i].commit.SerializeAsString());
  }
}

TEST_F(RecordContentTest, EqualCommandsMakeUnequalCommits) {
  Run();
  Set("r1", "a", "one");
  const std::string first = last().bytes;
  ReportAmbiguous();
  writer->OnTail(log::Offset(landed.size()));
  EXPECT_NE(CommitsOf(first)[0].salt(), CommitsOf(last().bytes)[0].salt());
}

TEST_F(RecordContentTest, ACommandThatIsTooLargeIsRefusedAlone) {
  Begin({.command_bytes_max = 2000});
  Set("r1", "a", "one");
  Set("r2", "a", std::string(2000, 'x'));
  Set("r3", "a", "three");
  Run();
  EXPECT_EQ(Told("r2"), "TOO_LARGE");
  EXPECT_EQ(told.at("r2").error().code, Code::kInvalidArgument);
  Accept();
  EXPECT_EQ(Told("r1"), "DONE 2");
  EXPECT_EQ(Told("r3"), "DONE 3");
}

TEST_F(RecordContentTest, ARecordTakesNoMoreThanItsLimits) {
  struct {
    const char* name;
    WriterLimits limits;
  } const kLimits[] = {{"commits", {.record_commits_max = 3}},
                       {"bytes", {.record_bytes_max = 4000}}};
  for (const auto& [name, limits] : kLimits) {
    SCOPED_TRACE(name);
    Begin(limits);
    const std::size_t before = environment.appended.size();
    for (int i = 0; i < 7; ++i) {
      Set(name + std::to_string(i), "a", std::to_string(i) + std::string(1000, 'x'));
    }
    Run();
    Accept();
    Accept();
    Accept();
    ASSERT_EQ(environment.appended.size(), before + 3);
    EXPECT_EQ(RequestsOf(environment.appended[before].bytes).size(), 3U);
    EXPECT_EQ(RequestsOf(environment.appended[before + 1].bytes).size(), 3U);
    EXPECT_EQ(RequestsOf(environment.appended[before + 2].bytes).size(), 1U);
  }
}

TEST_F(RecordContentTest, WhatThisProgramCouldNotApplyIsNotRecorded) {
  Set("r1", "a", "?");
  Set("r2", "a", "two");
  Run();
  EXPECT_EQ(Told("r1"), "UNAPPLICABLE");
  EXPECT_EQ(told.at("r1").error().code, Code::kInternal);
  EXPECT_EQ(RequestsOf(last().bytes), (Texts{"r2"}));
  Accept();
  EXPECT_EQ(Told("r2"), "DONE 2");
}

TEST_F(RecordContentTest, TextThatIsNotUtf8NeverReachesTheLog) {
  Run();
  Command command = NoteCommand("r1", "a", "one");
  command.correlation_id = "\xff";
  Submit(std::move(command));
  EXPECT_EQ(Told("r1"), "UNAPPLICABLE");
  EXPECT_TRUE(environment.appended.empty());
}

TEST_F(RecordContentTest, AnEntityThatIsParkedTakesNoCommands) {
  Run();
  log::v1::Commit newer = ForeignCommit("foreign", "?");
  newer.mutable_key()->set_id("a");
  Land(ForeignRecord({newer}));
  Read();
  Set("r1", "a", "one");
  Set("r2", "b", "two");
  EXPECT_EQ(Told("r1"), "ENTITY_PARKED");
  EXPECT_EQ(told.at("r1").error().code, Code::kFailedPrecondition);
  Accept();
  EXPECT_EQ(Told("r2"), "DONE 3");
}

TEST_F(RecordContentTest, TheWorldsErrorIsNoOutcome) {
  Run();
  Command command = NoteCommand("r1", "a", "one");
  command.decide = [](const store::RowReader&, const DecisionContext&) -> Result<Decision> {
    return Error{.code = Code::kInternal, .message = "Disk.", .reason = "STORE_BROKEN"};
  };
  Submit(std::move(command));
  EXPECT_EQ(Told("r1"), "STORE_BROKEN");
  Submit(NoteCommand("r1", "a", "one"), "again");
  Accept();
  EXPECT_EQ(Told("again"), "DONE 2");
}

TEST_F(RecordContentTest, ValidateOnlyDecidesBehindTheQueueAndRecordsNothing) {
  Set("r1", "a", "one");
  for (const std::string text : {"one", "two", "no", "?"}) {
    Command check = NoteCommand("check " + text, "a", text);
    check.validate_only = true;
    Submit(std::move(check));
  }
  Run();
  EXPECT_EQ(Told("check one"), "UNCHANGED 0");
  EXPECT_EQ(Told("check two"), "DONE 0");
  EXPECT_EQ(Told("check no"), "REFUSED 0");
  EXPECT_EQ(Told("check ?"), "UNAPPLICABLE");
  EXPECT_EQ(RequestsOf(last().bytes), (Texts{"r1"}));
  Accept();
  // It left no trace: the same id is fresh.
  Submit(NoteCommand("check two", "a", "three"), "in earnest");
  EXPECT_EQ(RequestsOf(last().bytes), (Texts{"check two"}));
}

TEST_F(RecordContentTest, ValidateOnlyAloneAppendsNothing) {
  Run();
  Command check = NoteCommand("r1", "a", "one");
  check.validate_only = true;
  Submit(std::move(check));
  EXPECT_EQ(Told("r1"), "DONE 0");
  EXPECT_TRUE(environment.appended.empty());
}

TEST_F(RecordContentTest, ARequestWithoutAnIdIsNotTaken) {
  Run();
  Submit(NoteCommand("", "a", "one"), "without");
  EXPECT_EQ(Told("without"), "REQUEST_ID_MISSING");
}

}  // namespace
}  // namespace twinledger::writer
