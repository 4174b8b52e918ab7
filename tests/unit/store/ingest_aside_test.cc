// Rows that are stored beside who made them: they read as stored from the first moment, and an
// error of the store is told whoever comes next.
#include "platform/store/ingest_aside.h"

#include <absl/synchronization/notification.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/store/memory_store.h"
#include "platform/store/row_format.h"
#include "platform/store/sorted_run.h"

namespace twinledger::store {
namespace {

std::shared_ptr<const SortedRun> RunOf(
    const std::vector<std::pair<std::string, std::string>>& rows) {
  const auto memory = std::make_shared<RowMemory>();
  std::vector<KeyValue> all;
  for (const auto& [key, value] : rows) all.push_back(memory->Copy(key, value, {}));
  return SortedRun::Make(std::move(all), {memory});
}

std::string AllOf(const KeyValueReader& reader) {
  std::string all;
  const auto at = reader.NewIterator();
  for (at->Seek(""); at->Valid(); at->Next()) {
    all += std::string(at->key()) + "=" + std::string(at->value()) + " ";
  }
  EXPECT_TRUE(at->status().ok());
  return all;
}

class CountedSeeks final : public Iterator {
 public:
  CountedSeeks(std::unique_ptr<Iterator> at, int& seeks) : at_(std::move(at)), seeks_(seeks) {}
  bool Valid() const override { return at_->Valid(); }
  void Next() override { at_->Next(); }
  void Seek(std::string_view key) override {
    ++seeks_;
    at_->Seek(key);
  }
  std::string_view key() const override { return at_->key(); }
  std::string_view value() const override { return at_->value(); }
  Result<void> status() const override { return at_->status(); }

 private:
  const std::unique_ptr<Iterator> at_;
  int& seeks_;
};

// Stores once it may, or fails.
class HeldStore final : public KeyValueStore {
 public:
  Result<std::optional<std::string>> Get(std::string_view key) const override {
    return rows.Get(key);
  }
  std::unique_ptr<Iterator> NewIterator() const override {
    return std::make_unique<CountedSeeks>(rows.NewIterator(), seeks);
  }
  std::shared_ptr<const KeyValueReader> Snapshot() const override { return rows.Snapshot(); }
  Result<void> Write(const Batch& batch) override { return rows.Write(batch); }
  Result<void> Ingest(std::shared_ptr<const SortedRun> run) override {
    go.WaitForNotification();
    if (error) return *error;
    return rows.Ingest(std::move(run));
  }

  MemoryStore rows;
  absl::Notification go;
  std::optional<Error> error;
  mutable int seeks = 0;
};

class IngestAsideTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(held_.rows.Write({{"a", "stored"}, {"b", "stored"}}).ok());
    ASSERT_TRUE(aside_.Ingest(RunOf({{"b", "taken"}, {"c", "taken"}})).ok());
  }
  void TearDown() override {
    if (!held_.go.HasBeenNotified()) held_.go.Notify();
  }

  HeldStore held_;
  IngestAside aside_{held_};
};

TEST_F(IngestAsideTest, WhatIsBeingStoredIsReadAsIfItWere) {
  EXPECT_EQ(AllOf(aside_), "a=stored b=taken c=taken ");
  EXPECT_EQ(*aside_.Get("a"), "stored");
  EXPECT_EQ(*aside_.Get("b"), "taken");
  EXPECT_EQ(*aside_.Get("d"), std::nullopt);
  EXPECT_EQ(AllOf(*aside_.Snapshot()), "a=stored b=stored ") << "a snapshot is of what is stored";
}

TEST_F(IngestAsideTest, WhatWasStoredLastIsStillAtHandUntilTheNextCall) {
  held_.go.Notify();
  ASSERT_TRUE(aside_.Settle().ok());
  const std::string row = EncodeRowKey(4, {"row"});
  ASSERT_TRUE(aside_
                  .Ingest(RunOf({{EncodeVersionKey(4, {"row"}, 3), "third"},
                                 {EncodeVersionKey(4, {"row"}, 2), "second"}}))
                  .ok());
  ASSERT_TRUE(aside_.Settle().ok());
  ASSERT_TRUE(aside_.Ingest(RunOf({{EncodeVersionKey(4, {"row"}, 5), "fifth"}})).ok());

  const auto sought = [&](log::Sequence newest) {
    std::string all;
    const auto at = aside_.NewLookup();
    for (at->Seek(EncodeVersionKey(4, {"row"}, newest)); at->Valid() && IsVersionOf(at->key(), row);
         at->Next()) {
      all += std::string(at->value()) + " ";
    }
    EXPECT_TRUE(at->status().ok());
    return all;
  };
  held_.seeks = 0;
  const auto at = aside_.NewLookup();
  at->Seek(EncodeVersionKey(4, {"row"}, 9));
  ASSERT_TRUE(at->Valid());
  EXPECT_EQ(at->value(), "fifth");
  EXPECT_EQ(held_.seeks, 0) << "the store was asked for what is at hand";
  EXPECT_EQ(sought(9), "fifth third second ");
  EXPECT_EQ(sought(4), "third second ");
  EXPECT_EQ(sought(2), "second ");
  EXPECT_EQ(sought(1), "");

  ASSERT_TRUE(aside_.Write({{EncodeVersionKey(4, {"row"}, 6), "sixth"}}).ok());
  EXPECT_EQ(sought(9), "sixth fifth third second ");
}

TEST_F(IngestAsideTest, AnIteratorOutlivesTheStoring) {
  const auto at = aside_.NewIterator();
  held_.go.Notify();
  ASSERT_TRUE(aside_.Settle().ok());
  EXPECT_EQ(AllOf(held_.rows), "a=stored b=taken c=taken ");
  at->Seek("b");
  ASSERT_TRUE(at->Valid());
  EXPECT_EQ(at->value(), "taken");
}

TEST_F(IngestAsideTest, WritesComeBehindWhatWasTaken) {
  held_.go.Notify();
  ASSERT_TRUE(aside_.Write({{"c", "written"}}).ok());
  EXPECT_EQ(AllOf(held_.rows), "a=stored b=taken c=written ");
  EXPECT_EQ(AllOf(aside_), "a=stored b=taken c=written ");
}

TEST_F(IngestAsideTest, RunsAreStoredOneAfterAnother) {
  held_.go.Notify();
  ASSERT_TRUE(aside_.Ingest(RunOf({{"c", "second"}})).ok());
  ASSERT_TRUE(aside_.Settle().ok());
  EXPECT_EQ(AllOf(held_.rows), "a=stored b=taken c=second ");
}

TEST_F(IngestAsideTest, AFailureIsToldToWhoeverComesNextAndTheRowsAreReadOn) {
  held_.error = Error{Code::kUnavailable, "it could not be written", "STORE_IO"};
  held_.go.Notify();
  const Result<void> settled = aside_.Settle();
  ASSERT_FALSE(settled.ok());
  EXPECT_EQ(settled.error().reason, "STORE_IO");
  EXPECT_EQ(aside_.Ingest(RunOf({{"d", "later"}})).error().reason, "STORE_IO");
  EXPECT_EQ(aside_.Write({{"d", "later"}}).error().reason, "STORE_IO");
  EXPECT_EQ(AllOf(aside_), "a=stored b=taken c=taken ");
  EXPECT_EQ(AllOf(held_.rows), "a=stored b=stored ");
}

TEST_F(IngestAsideTest, WhatFindsNoRoomIsStoredWhenThereIs) {
  held_.error = Error{Code::kResourceExhausted, "no room", "DISK_FULL"};
  held_.go.Notify();
  EXPECT_EQ(aside_.Settle().error().reason, "DISK_FULL");
  EXPECT_EQ(aside_.Ingest(RunOf({{"d", "later"}})).error().reason, "DISK_FULL");
  EXPECT_EQ(AllOf(aside_), "a=stored b=taken c=taken ");
  held_.error.reset();
  ASSERT_TRUE(aside_.Ingest(RunOf({{"d", "later"}})).ok());
  ASSERT_TRUE(aside_.Settle().ok());
  EXPECT_EQ(AllOf(held_.rows), "a=stored b=taken c=taken d=later ");
}

TEST_F(IngestAsideTest, WhetherAWatchedTableHasRowsIsKnown) {
  const std::string row = EncodeRowKey(4, {"row"});
  const std::string version = EncodeVersionKey(4, {"row"}, 1);
  held_.go.Notify();
  EXPECT_TRUE(aside_.MayHold(row)) << "it was not looked at";
  ASSERT_TRUE(aside_.WatchTable(4).ok());
  EXPECT_FALSE(aside_.MayHold(row));
  EXPECT_TRUE(aside_.MayHold(EncodeRowKey(5, {"row"}))) << "of another table nothing is known";
  ASSERT_TRUE(aside_.Write({{EncodeVersionKey(5, {"row"}, 1), "other"}}).ok());
  EXPECT_FALSE(aside_.MayHold(row));
  ASSERT_TRUE(aside_.Write({{version, "row"}}).ok());
  EXPECT_TRUE(aside_.MayHold(row));

  IngestAside reopened(held_.rows);
  ASSERT_TRUE(reopened.WatchTable(4).ok());
  EXPECT_TRUE(reopened.MayHold(row));
}

TEST_F(IngestAsideTest, AWatchedTableMayGetItsFirstRowsByARun) {
  held_.go.Notify();
  ASSERT_TRUE(aside_.WatchTable(4).ok());
  ASSERT_TRUE(aside_.Ingest(RunOf({{EncodeVersionKey(4, {"row"}, 1), "row"}, {"d", "x"}})).ok());
  EXPECT_TRUE(aside_.MayHold(EncodeRowKey(4, {"row"})));
}

}  // namespace
}  // namespace twinledger::store
