// What a writer does where the disk, the log, its key, its view or the clock is not as it should
// be.
#include "platform/writer/partition_writer.h"
#include "tests/unit/writer/writer_fixture.h"

namespace twinledger::writer {
namespace {

using testing::NoteCommand;

class WriterTroublesTest : public WriterFixture {};

TEST_F(WriterTroublesTest, AFullDiskIsToldAtOnceAndPassesByItself) {
  Run();
  Set("r1", "a", "one");
  Command second = NoteCommand("r2", "a", "two");
  second.after = "r1";
  Submit(second);
  ReportNotAppended(Code::kResourceExhausted, "DISK_FULL");
  EXPECT_EQ(Told("r1"), "DISK_FULL");
  EXPECT_EQ(told.at("r1").error().code, Code::kResourceExhausted);
  EXPECT_TRUE(told.at("r1").error().retry_after.has_value());
  writer->OnTail(log::Offset(landed.size()));
  // It must not overtake the one that was turned away.
  EXPECT_EQ(Told("r2"), "AFTER_UNKNOWN");
  Submit(NoteCommand("r1", "a", "one"), "again");
  Accept();
  EXPECT_EQ(Told("again"), "DONE 2");
}

TEST_F(WriterTroublesTest, FailedAppendsAreRepeatedAfterAGrowingPause) {
  Run();
  Set("r1", "a", "one");
  std::vector<unsigned> ticks_waited;
  for (std::size_t attempt = 1; attempt <= 4; ++attempt) {
    ReportAmbiguous();
    writer->OnTail(log::Offset(landed.size()));
    unsigned ticks = 0;
    for (; environment.appended.size() == attempt; ++ticks) {
      environment.Pass(std::chrono::milliseconds(50));
      writer->OnTick();
    }
    ticks_waited.push_back(ticks);
  }
  EXPECT_EQ(ticks_waited, (std::vector<unsigned>{0, 1, 2, 4}));
  Accept();
  EXPECT_EQ(Told("r1"), "DONE 2");
}

TEST_F(WriterTroublesTest, AWithdrawnKeyWritesNoMore) {
  Run();
  Set("r1", "a", "one");
  log::v1::ControlEvent retired;
  retired.mutable_key_retired()->set_key_id(key.key_id());
  Land(ControlRecord(retired));
  Read();
  EXPECT_EQ(writer->state(), State::kNotAWriter);
  EXPECT_EQ(Told("r1"), "NOT_A_WRITER");
  Set("r2", "a", "two");
  EXPECT_EQ(Told("r2"), "NOT_A_WRITER");

  log::v1::ControlEvent enrolled;
  *enrolled.mutable_key_enrolled()->mutable_key() = key.public_key();
  Land(ControlRecord(enrolled));
  Read();
  EXPECT_EQ(writer->state(), State::kOpening);
  Set("r3", "a", "three");
  Run();
  Accept();
  EXPECT_EQ(Told("r3"), "DONE 4");
}

TEST_F(WriterTroublesTest, AKeyThatWasNeverEnrolledWritesNothing) {
  writer = std::make_unique<PartitionWriter>(*view, testing::KeyNamed("stranger"), environment);
  writer->Start();
  Set("r1", "a", "one");
  writer->OnTail(log::Offset(landed.size()));
  Read();
  EXPECT_EQ(writer->state(), State::kNotAWriter);
  EXPECT_EQ(Told("r1"), "NOT_A_WRITER");
  EXPECT_TRUE(environment.appended.empty());
  EXPECT_TRUE(writer->key_not_enrolled());
}

TEST_F(WriterTroublesTest, AClosedLogTakesNothingMore) {
  Run();
  Set("r1", "a", "one");
  log::v1::ControlEvent closed;
  closed.mutable_closed()->set_moved_to("elsewhere");
  Land(ControlRecord(closed));
  Read();
  EXPECT_EQ(Told("r1"), "LOG_CLOSED");
  Set("r2", "a", "two");
  EXPECT_EQ(Told("r2"), "LOG_CLOSED");
  EXPECT_FALSE(writer->key_not_enrolled());
  EXPECT_EQ(environment.appended.size(), 1U);
}

TEST_F(WriterTroublesTest, DamageThatTheViewFindsStopsItForAllCallers) {
  Run();
  Set("r1", "a", "one");
  // Authentic, and chained on something that this reader never saw (rule 24).
  testing::ChainWriter elsewhere(partition, key);
  elsewhere.Follow(founder.RootRecord());
  elsewhere.Next(5);
  Land(elsewhere.Next());
  Read();
  EXPECT_EQ(writer->state(), State::kStopped);
  EXPECT_EQ(Told("r1"), "LOG_DAMAGED");
  EXPECT_EQ(environment.alarms.size(), 1U);
}

TEST_F(WriterTroublesTest, ATailBelowWhatWasReadIsDamageWhenItStays) {
  Run();
  Set("r1", "a", "one");
  ReportAmbiguous();
  for (int ask = 0; ask < 2; ++ask) {
    writer->OnTail(log::Offset(0));
    EXPECT_EQ(writer->state(), State::kCatchingUp);
    const unsigned asked = environment.tails_asked;
    writer->OnTick();
    EXPECT_EQ(environment.tails_asked, asked + 1);
  }
  writer->OnTail(log::Offset(0));
  EXPECT_EQ(writer->state(), State::kStopped);
  EXPECT_EQ(environment.alarms, (Texts{"TAIL_BEHIND_VIEW"}));
}

TEST_F(WriterTroublesTest, ATailThatCannotBeToldIsAskedForAgain) {
  writer->OnTail(Error{.code = Code::kUnavailable, .message = "No broker.", .reason = "DOWN"});
  EXPECT_EQ(writer->state(), State::kOpening);
  writer->OnTick();
  EXPECT_EQ(environment.tails_asked, 2U);
  Run();
}

TEST_F(WriterTroublesTest, AClockThatCannotBeBelievedRecordsNothing) {
  struct {
    const char* name;
    std::chrono::seconds jump;
  } const kJumps[] = {{"forward", std::chrono::seconds(61)}, {"back", std::chrono::seconds(-61)}};
  Run();
  Set("r0", "a", "zero");
  Accept();
  for (const auto& [name, jump] : kJumps) {
    SCOPED_TRACE(name);
    environment.now += jump;
    Set(name, "a", "one");
    EXPECT_EQ(Told(name), "CLOCK");
    EXPECT_EQ(told.at(name).error().code, Code::kUnavailable);
    Submit(NoteCommand("r0", "a", "zero"), std::string("recorded ") + name);
    EXPECT_EQ(Told(std::string("recorded ") + name), "DONE 2");
    environment.now -= jump;
  }
  Set("r1", "a", "one");
  Accept();
  EXPECT_EQ(Told("r1"), "DONE 3");
}

TEST_F(WriterTroublesTest, AClockFarBehindTheLogIsRefusedFromTheStart) {
  Run();
  Set("r1", "a", "one");
  Accept();
  environment.now -= std::chrono::seconds(61);
  Begin();
  Set("r2", "a", "two");
  EXPECT_EQ(Told("r2"), "CLOCK");
}

TEST_F(WriterTroublesTest, RecordTimesNeverGoBack) {
  Run();
  Set("r1", "a", "one");
  Accept();
  environment.now -= std::chrono::seconds(30);
  Set("r2", "a", "two");
  Accept();
  EXPECT_EQ(told.at("r2")->record_time, told.at("r1")->record_time);
}

}  // namespace
}  // namespace twinledger::writer
