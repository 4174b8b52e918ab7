// Rows folded for a rebuild, beside Overlay: whatever is written, they read the same, and what they
// hand to a store is the same.
#include "platform/store/bulk_rows.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "platform/store/ingest_aside.h"
#include "platform/store/memory_store.h"

namespace twinledger::store {
namespace {

constexpr TableId kTable = 16;
constexpr TableId kPlatformTable = 3;
const log::PartitionId kHere{"registry", 0};
const log::PartitionId kThere{"registry", 1};

std::string Bytes(const Result<std::optional<RowVersion>>& found) {
  RC_ASSERT(found.ok());
  if (!*found) return "none";
  return (*found)->bytes + " of " + std::to_string((*found)->sequence);
}

// By `rows`, in order of their keys.
std::string Scanned(const RowReader& rows, const RowKey& prefix, const RowKey& from) {
  std::string all;
  RC_ASSERT(rows.Scan(kTable, prefix, from,
                      [&](const RowVersion& row) {
                        all += row.key[0] + "/" + row.key[1] + "=" + row.bytes + " ";
                        return true;
                      })
                .ok());
  return all;
}

RowKey AnyKey() {
  return {std::string(1, *rc::gen::inRange('a', 'd')), std::string(*rc::gen::inRange(0, 3), 'x')};
}

// One commit of few rows, some of them written twice, sometimes taken back.
void WriteCommit(log::Sequence sequence, CommitRows& left, CommitRows& right) {
  left.Begin(kHere, sequence);
  right.Begin(kHere, sequence);
  for (int writes = *rc::gen::inRange(0, 6); writes > 0; --writes) {
    const RowKey key = AnyKey();
    const TableId table = *rc::gen::element(kTable, kPlatformTable);
    RC_ASSERT(Bytes(left.Find(table, key)) == Bytes(right.Find(table, key)));
    if (*rc::gen::inRange(0, 4) == 0) {
      left.Delete(table, key);
      right.Delete(table, key);
    } else {
      const auto bytes = *rc::gen::arbitrary<std::string>();
      left.PutBytes(table, key, bytes);
      right.PutBytes(table, key, bytes);
    }
  }
  if (*rc::gen::inRange(0, 4) == 0) {
    left.Rollback();
    right.Rollback();
  }
}

RC_GTEST_PROP(BulkRowsProperty, ReadsAndStoresAsAnOverlayThatIsStoredAtEachRecord, ()) {
  MemoryStore stored;  // As the overlay's writes make it.
  MemoryStore bulk;    // As bulk does, now and then.
  IngestAside aside(bulk);
  if (*rc::gen::arbitrary<bool>()) aside.RememberRows();
  BulkRows rows(aside);
  log::Sequence sequence = 0;
  for (int records = *rc::gen::inRange(1, 8); records > 0; --records) {
    Overlay overlay(stored);
    for (int commits = *rc::gen::inRange(1, 4); commits > 0; --commits) {
      WriteCommit(++sequence, overlay, rows);
    }
    RC_ASSERT(rows.fresh() == overlay.batch().size());
    const RowKey from = AnyKey();
    RC_ASSERT(Scanned(rows, {}, from) == Scanned(overlay, {}, from));
    RC_ASSERT(Scanned(rows, {from[0]}, {}) == Scanned(overlay, {from[0]}, {}));
    if (*rc::gen::inRange(0, 5) == 0) {
      rows.Discard();
      RC_ASSERT(rows.fresh() == 0u);
      continue;
    }
    rows.Keep();
    RC_ASSERT(stored.Write(overlay.Take()).ok());
    if (*rc::gen::inRange(0, 3) > 0) continue;
    RC_ASSERT(aside.Ingest(rows.SortedWith("cursor", std::to_string(sequence))).ok());
    rows.Clear();
    RC_ASSERT(stored.Write({{"cursor", std::to_string(sequence)}}).ok());
  }
  RC_ASSERT(aside.Ingest(rows.SortedWith("cursor", "end")).ok());
  RC_ASSERT(aside.Settle().ok());
  RC_ASSERT(stored.Write({{"cursor", "end"}}).ok());
  const bool equal = bulk.Rows() == stored.Rows();
  RC_ASSERT(equal);
}

TEST(BulkRowsTest, ARowOfAnotherPartitionIsNotWritten) {
  for (const bool below : {false, true}) {
    SCOPED_TRACE(below);
    MemoryStore memory;
    IngestAside store(memory);
    store.RememberRows();
    BulkRows rows(store);
    rows.Begin(kThere, 1);
    rows.PutBytes(kTable, {"a", "b"}, "theirs");
    rows.Keep();
    if (below) {
      ASSERT_TRUE(store.Ingest(rows.SortedWith("cursor", "")).ok());
      rows.Clear();
    }
    rows.Begin(kHere, 2);
    rows.PutBytes(kTable, {"a", "b"}, "ours");
    ASSERT_TRUE(rows.fault());
    EXPECT_EQ(rows.fault()->reason, "ROW_OF_ANOTHER_PARTITION");
    EXPECT_EQ(rows.fault()->metadata.at("owner"), "registry/1");
    rows.Rollback();
    EXPECT_FALSE(rows.fault());
    EXPECT_EQ(rows.fresh(), 0u);
  }
}

TEST(BulkRowsTest, ARunInAStoreIsCoveredByWhatIsWrittenBehindIt) {
  MemoryStore store;
  BulkRows rows(store);
  rows.Begin(kHere, 1);
  rows.PutBytes(kTable, {"a", "b"}, "one");
  rows.Keep();
  ASSERT_TRUE(store.Write({{"cursor", "0"}}).ok());
  ASSERT_TRUE(store.Ingest(rows.SortedWith("cursor", "1")).ok());
  EXPECT_EQ(*store.Get("cursor"), "1");
  ASSERT_TRUE(store.Write({{"cursor", "2"}}).ok());
  EXPECT_EQ(*store.Get("cursor"), "2");
  const std::shared_ptr<const KeyValueReader> before = store.Snapshot();
  ASSERT_TRUE(store.Write({{"cursor", std::nullopt}}).ok());
  EXPECT_EQ(*store.Get("cursor"), std::nullopt);
  EXPECT_EQ(store.Rows().size(), 1u);
  EXPECT_EQ(*before->Get("cursor"), "2");
  ASSERT_TRUE(store.Ingest(rows.SortedWith("cursor", "3")).ok());
  EXPECT_EQ(*store.Get("cursor"), "3");
}

}  // namespace
}  // namespace twinledger::store
