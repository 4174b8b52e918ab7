#include "platform/projection/read_lag.h"

#include <gtest/gtest.h>

namespace twinledger::projection {
namespace {

using std::chrono::seconds;

MonotonicTime At(int second) { return MonotonicTime(seconds(second)); }

TEST(ReadLagTest, WhoReadsAsFastAsItIsWrittenWasThereWhenLastAsked) {
  ReadLag lag(At(0));
  lag.Note(At(10), 5, 5);
  EXPECT_EQ(lag.Behind(At(11), 5), seconds(1));
  lag.Note(At(12), 7, 6);                        // A record is on its way,
  EXPECT_EQ(lag.Behind(At(12), 7), seconds(0));  // and has come.
  EXPECT_EQ(lag.tail(), 7u);
}

TEST(ReadLagTest, AReaderThatFallsBackIsBehindSinceTheOldestThatItHasNotRead) {
  ReadLag lag(At(0));
  lag.Note(At(10), 5, 5);
  lag.Note(At(12), 9, 6);
  lag.Note(At(40), 90, 8);  // It reads on, and never reaches an end that it was asked for.
  EXPECT_EQ(lag.Behind(At(40), 8), seconds(30));
  EXPECT_EQ(lag.Behind(At(41), 9), seconds(29));
  EXPECT_EQ(lag.tail(), 90u);
}

TEST(ReadLagTest, WhereNobodyTellsTheEndNobodyKnowsThatAllIsRead) {
  ReadLag lag(At(3));
  EXPECT_EQ(lag.Behind(At(50), 1000), seconds(47));
}

}  // namespace
}  // namespace twinledger::projection
