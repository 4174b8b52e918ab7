#include "platform/projection/unstored_rows.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/fillable_store.h"
#include "tests/support/tally_history.h"
#include "tests/support/tally_projection.h"

namespace twinledger::projection {
namespace {

using testing::TallyHistory;
using testing::TallyProjection;

class UnstoredRowsTest : public ::testing::Test {
 protected:
  UnstoredRowsTest() {
    for (std::uint32_t i = 0; i < history_.partitions(); ++i) {
      views_.push_back(OpenView(i));
      rows_.Add(*views_.back());
      views_.back()->Consume(history_.Read(i, 0)).ok();
    }
    disk_.writes = 0;
    rows_.Begin();
  }

  std::unique_ptr<PartitionView> OpenView(std::uint32_t partition) {
    return *PartitionView::Open(aside_, projection_, history_.founding(),
                                TallyHistory::Id(partition));
  }

  void Take(std::uint32_t partition, const std::string& word) {
    history_.Add(partition, {{0, {word}}});
    const auto taken = views_[partition]->Consume(
        history_.Read(partition, history_.records(partition).size() - 1));
    ASSERT_TRUE(taken.ok()) << taken.error().message;
    EXPECT_EQ(taken->kind, PartitionView::Consumed::Kind::kAccepted);
  }

  std::optional<std::string> Words(const store::KeyValueReader& rows, std::uint32_t partition) {
    const auto row =
        store::CutReader(rows).Find(TallyProjection::kEntities, {history_.Entity(partition, 0)});
    EXPECT_TRUE(row.ok());
    return *row ? std::optional((*row)->bytes) : std::nullopt;
  }

  TallyHistory history_{2};
  TallyProjection projection_;
  testing::FillableStore disk_;
  store::IngestAside aside_{disk_};
  UnstoredRows rows_{aside_};
  std::vector<std::unique_ptr<PartitionView>> views_;
};

TEST_F(UnstoredRowsTest, WhatAllViewsTookIsStoredByOneWrite) {
  Take(0, "a");
  Take(1, "b");
  Take(0, "c");
  EXPECT_EQ(disk_.writes, 0);
  EXPECT_EQ(Words(disk_, 0), std::nullopt);
  EXPECT_EQ(Words(views_[0]->state(), 0), "a c");
  EXPECT_TRUE(rows_.Store());
  EXPECT_EQ(disk_.writes, 1);
  EXPECT_EQ(Words(disk_, 0), "a c");
  EXPECT_EQ(Words(disk_, 1), "b");
  for (const auto& view : views_) {
    EXPECT_TRUE(view->gathered().empty());
    const auto again = OpenView(view->partition().partition);
    EXPECT_EQ(again->digest(), view->digest());
    EXPECT_EQ(again->chain().hash, view->chain().hash);
    EXPECT_EQ(again->rows(), view->rows());
  }
  EXPECT_TRUE(rows_.Store());
  EXPECT_EQ(disk_.writes, 1);
}

TEST_F(UnstoredRowsTest, WhereThereIsNoRoomItWaitsWithWhatIsTakenMeanwhile) {
  Take(0, "a");
  disk_.full = true;
  EXPECT_FALSE(rows_.Store());
  EXPECT_TRUE(views_[0]->no_room());
  EXPECT_FALSE(views_[1]->no_room());
  Take(0, "b");
  EXPECT_TRUE(views_[0]->no_room());
  EXPECT_FALSE(rows_.Store());
  EXPECT_EQ(Words(disk_, 0), std::nullopt);
  EXPECT_EQ(Words(views_[0]->state(), 0), "a b");
  disk_.full = false;
  EXPECT_TRUE(rows_.Store());
  EXPECT_FALSE(views_[0]->no_room());
  EXPECT_EQ(Words(disk_, 0), "a b");
  EXPECT_EQ(OpenView(0)->digest(), views_[0]->digest());
}

TEST_F(UnstoredRowsTest, AViewThatCannotBeStoredIsStoppedAndKeepsNobodyWaiting) {
  Take(0, "a");
  disk_.broken = true;
  EXPECT_TRUE(rows_.Store());
  ASSERT_TRUE(views_[0]->stopped());
  EXPECT_EQ(views_[0]->stopped()->reason, "STORE_IO");
  EXPECT_FALSE(views_[1]->stopped());
  disk_.broken = false;
  Take(1, "b");
  EXPECT_TRUE(rows_.Store());
  EXPECT_EQ(Words(disk_, 0), std::nullopt);
  EXPECT_EQ(Words(disk_, 1), "b");
}

TEST_F(UnstoredRowsTest, ManyAreStoredBeforeTheyAreAskedFor) {
  for (int taken = 0; disk_.writes == 0; ++taken) {
    ASSERT_LT(taken, 1000);
    Take(0, "a");
    EXPECT_TRUE(rows_.Took());
  }
  EXPECT_TRUE(views_[0]->gathered().empty());
}

TEST_F(UnstoredRowsTest, BehindTheEndEachViewStoresByItselfWithWhatItHad) {
  Take(0, "a");
  disk_.full = true;
  EXPECT_FALSE(rows_.Store());
  rows_.End();
  disk_.full = false;
  Take(0, "b");
  EXPECT_EQ(Words(disk_, 0), "a b");
  EXPECT_TRUE(views_[0]->gathered().empty());
  EXPECT_FALSE(views_[0]->no_room());
  EXPECT_EQ(OpenView(0)->digest(), views_[0]->digest());
}

}  // namespace
}  // namespace twinledger::projection
