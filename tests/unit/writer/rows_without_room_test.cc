// Where rows cannot be stored, or not yet: by a view that stores by itself, and by one whose rows
// are stored with those of others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/store/memory_store.h"
#include "tests/unit/writer/writer_fixture.h"

namespace twinledger::writer {
namespace {

using testing::NoteCommand;

class RowsWithoutRoomTest : public WriterFixture {};

TEST_F(RowsWithoutRoomTest, WhileRowsHaveNoRoomCommandsAreRefusedAndWhatIsRecordedIsAnsweredLater) {
  Run();
  Set("r1", "a", "one");
  Set("r2", "b", "two");
  store.full = true;
  const log::Offset at = LandLast();
  Report(at);
  EXPECT_EQ(Told("r1"), "") << "it is recorded";
  EXPECT_EQ(Told("r2"), "DISK_FULL");
  EXPECT_EQ(told.at("r2").error().code, Code::kResourceExhausted);
  EXPECT_TRUE(told.at("r2").error().retry_after.has_value());
  Set("r3", "c", "three");
  EXPECT_EQ(Told("r3"), "DISK_FULL");
  Submit(NoteCommand("r1", "a", "one"), "r1 again");
  EXPECT_EQ(Told("r1 again"), "") << "it joins the one that is recorded";
  ReadNext();  // As its reader brings it: there is no room yet.
  EXPECT_EQ(view->next_offset(), at);
  EXPECT_EQ(environment.appended.size(), 1U);

  store.full = false;
  ReadNext();
  EXPECT_EQ(Told("r1"), "DONE 2");
  EXPECT_EQ(Told("r1 again"), "DONE 2");
  EXPECT_FALSE(view->no_room());
  EXPECT_TRUE(environment.alarms.empty());
  Set("r4", "b", "four");
  Accept();
  EXPECT_EQ(Told("r4"), "DONE 3");

  store::MemoryStore elsewhere;
  const auto reader = *projection::PartitionView::Open(elsewhere, projection, founding, partition);
  for (log::Offset next = 0; next < landed.size(); ++next) {
    ASSERT_TRUE(reader->Consume(log::ReadRecord(next, landed[next])));
  }
  EXPECT_EQ(reader->digest(), view->digest());
  EXPECT_EQ(elsewhere.Rows(), store.Rows());
}

TEST_F(RowsWithoutRoomTest, ARecordThatIsReadBeforeItsReportWaitsForRoomToo) {
  Run();
  Set("r1", "a", "one");
  store.full = true;
  const log::Offset at = LandLast();
  ReadNext();
  Report(at);
  EXPECT_EQ(Told("r1"), "");
  store.full = false;
  ReadNext();
  EXPECT_EQ(Told("r1"), "DONE 2");
  Set("r2", "a", "two");
  Accept();
  EXPECT_EQ(Told("r2"), "DONE 3");
}

class GatheredRowsTest : public WriterFixture {
 protected:
  GatheredRowsTest() {
    Run();
    view->SetGathering(true);
    environment.stores_later = true;
  }

  // As the runner does behind what it took.
  void Store() {
    const Result<void> stored = store.Write(view->gathered());
    view->NoteStored(stored);
    if (stored.ok()) environment.TellStored();
    if (view->stopped()) environment.TellStored(*view->stopped());
  }
};

TEST_F(GatheredRowsTest, AnOutcomeIsToldWhenItsRowsAreStoredAndAnErrorAtOnce) {
  Set("r1", "a", "one");
  Accept();
  EXPECT_EQ(Told("r1"), "");
  Submit(NoteCommand("r1", "a", "one"), "r1 again");
  EXPECT_EQ(Told("r1 again"), "");
  Submit(NoteCommand("r1", "a", "another"), "r1 reused");
  EXPECT_EQ(Told("r1 reused"), "REQUEST_ID_REUSED");
  Store();
  EXPECT_EQ(Told("r1"), "DONE 2");
  EXPECT_EQ(Told("r1 again"), "DONE 2");
  Set("r2", "a", "two");
  Accept();
  Store();
  EXPECT_EQ(Told("r2"), "DONE 3");
}

TEST_F(GatheredRowsTest, WhileThereIsNoRoomNoOutcomeIsToldAndWhatComesIsRefused) {
  Set("r1", "a", "one");
  Set("r2", "b", "two");
  Accept();  // And the second one is appended.
  Set("r3", "c", "three");
  store.full = true;
  Store();
  writer->OnTick();
  EXPECT_EQ(Told("r1"), "DISK_FULL");
  EXPECT_THAT(told.at("r1").error().message, ::testing::StartsWith("Recorded"));
  EXPECT_EQ(Told("r2"), "") << "it is on its way";
  EXPECT_EQ(Told("r3"), "DISK_FULL");
  Set("r4", "d", "four");
  EXPECT_EQ(Told("r4"), "DISK_FULL");
  Accept();
  EXPECT_EQ(Told("r2"), "DISK_FULL");
  Submit(NoteCommand("r2", "b", "two"), "r2 again");
  EXPECT_EQ(Told("r2 again"), "DISK_FULL");
  EXPECT_EQ(environment.appended.size(), 2U);

  store.full = false;
  Store();
  Submit(NoteCommand("r1", "a", "one"), "r1 again");
  Submit(NoteCommand("r2", "b", "two"), "r2 once more");
  Store();
  EXPECT_EQ(Told("r1 again"), "DONE 2");
  EXPECT_EQ(Told("r2 once more"), "DONE 3");
  Set("r5", "d", "five");
  Accept();
  Store();
  EXPECT_EQ(Told("r5"), "DONE 4");
}

TEST_F(GatheredRowsTest, WhereRowsCannotBeStoredACallerIsToldNothingOfItsRequest) {
  Set("r1", "a", "one");
  Accept();
  store.broken = true;
  Store();
  EXPECT_EQ(Told("r1"), "STORE_IO");
  EXPECT_EQ(told.at("r1").error().code, Code::kUnavailable);
  writer->OnTick();
  EXPECT_EQ(writer->state(), State::kStopped);
}

TEST_F(GatheredRowsTest, WhoseRowsAreNotStoredAtTheEndIsToldToRepeat) {
  Set("r1", "a", "one");
  Accept();
  writer.reset();
  EXPECT_EQ(Told("r1"), "REPEAT");
}

}  // namespace
}  // namespace twinledger::writer
