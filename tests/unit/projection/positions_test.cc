#include "platform/projection/positions.h"

#include <gtest/gtest.h>

namespace twinledger::projection {
namespace {

const log::PartitionId kPartition{"engagement", 0};
const Error kNoRoom{Code::kResourceExhausted, "no room", "DISK_FULL"};

class PositionsTest : public ::testing::Test {
 protected:
  PositionsTest() { positions_.SetVisible(); }

  void Wait(log::Sequence sequence) {
    positions_.Wait(
        {{kPartition, {sequence, 0}}}, MonotonicTime::max(),
        [this](const Result<void>& told) { told_ = told.ok() ? "OK" : told.error().reason; });
  }

  Positions positions_;
  std::string told_ = "nothing";
};

TEST_F(PositionsTest, WhoWaitsIsToldOnceItIsReached) {
  positions_.Set(kPartition, {.sequence = 3});
  Wait(4);
  positions_.Settle({});
  EXPECT_EQ(told_, "nothing");
  positions_.Set(kPartition, {.sequence = 4});
  positions_.Settle({});
  EXPECT_EQ(told_, "OK");
}

TEST_F(PositionsTest, WhereRowsHaveNoRoomNobodyWaitsForThem) {
  positions_.Set(kPartition, {.sequence = 3});
  Wait(4);
  positions_.Set(kPartition, {.sequence = 3, .no_room = kNoRoom});
  positions_.Settle({});
  EXPECT_EQ(told_, "DISK_FULL");
  told_ = "nothing";
  Wait(4);
  EXPECT_EQ(told_, "DISK_FULL") << "who comes later is told at once";
  Wait(3);
  EXPECT_EQ(told_, "OK") << "what is there is read";
}

}  // namespace
}  // namespace twinledger::projection
