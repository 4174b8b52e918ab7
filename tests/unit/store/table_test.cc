#include "platform/store/table.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <vector>

#include "platform/store/memory_store.h"
#include "twinledger/log/v1/record.pb.h"

namespace twinledger::store {
namespace {

using log::PartitionId;
using log::Sequence;

constexpr Table<log::v1::EntityKey> kThings{16, "things"};
const PartitionId kA{"registry", 0};
const PartitionId kB{"registry", 1};

// The visible rows of kThings, as key -> bytes.
std::map<RowKey, std::string> All(const RowReader& reader, const RowKey& prefix = {},
                                  const RowKey& from = {}) {
  std::map<RowKey, std::string> rows;
  EXPECT_TRUE(reader
                  .Scan(kThings.id, prefix, from,
                        [&](RowVersion version) {
                          rows.emplace(version.key, version.bytes);
                          return true;
                        })
                  .ok());
  return rows;
}

struct Change {
  PartitionId partition;
  Sequence sequence;
  RowKey key;
  std::optional<std::string> bytes;  // Nothing deletes.
};

void Store(MemoryStore& store, const std::vector<Change>& changes) {
  Overlay overlay(store);
  for (const Change& change : changes) {
    overlay.Begin(change.partition, change.sequence);
    if (change.bytes) {
      overlay.PutBytes(kThings.id, change.key, *change.bytes);
    } else {
      overlay.Delete(kThings.id, change.key);
    }
  }
  ASSERT_FALSE(overlay.fault());
  ASSERT_TRUE(store.Write(overlay.batch()).ok());
}

RC_GTEST_PROP(RowKeyProperty, BytesOrderAsTuplesDo, ()) {
  // Bytes around the escapes are the ones that could go wrong.
  const auto text = rc::gen::container<std::string>(rc::gen::element('\0', '\x01', 'a', '\xff'));
  const auto parts = *rc::gen::inRange<std::size_t>(1, 4);
  const auto left = *rc::gen::container<RowKey>(parts, text);
  const auto right = *rc::gen::container<RowKey>(parts, text);
  RC_ASSERT((EncodeRowKey(16, left) < EncodeRowKey(16, right)) == (left < right));
  RC_ASSERT((EncodeRowKey(16, left) == EncodeRowKey(16, right)) == (left == right));
}

RC_GTEST_PROP(RowKeyProperty, ATuplesPrefixIsAPrefixOfBytes, (RowKey key)) {
  const std::string whole = EncodeRowKey(16, key);
  while (!key.empty()) {
    key.pop_back();
    RC_ASSERT(whole.starts_with(EncodeRowKey(16, key)));
  }
}

TEST(RowKeyTest, TablesAndNewerVersionsComeFirst) {
  EXPECT_LT(EncodeVersionKey(16, {"z"}, 1), EncodeVersionKey(256, {"a"}, 1));
  EXPECT_LT(EncodeVersionKey(16, {"a"}, 9), EncodeVersionKey(16, {"a"}, 8));
}

TEST(CutReaderTest, FindsTheNewestVersionWithinTheCut) {
  MemoryStore store;
  Store(store, {{kA, 2, {"x"}, "two"}, {kA, 5, {"x"}, "five"}, {kA, 7, {"x"}, std::nullopt}});
  const struct {
    std::string name;
    std::optional<Cut> cut;
    std::optional<std::string> bytes;
  } kCases[] = {
      {"no cut sees the deletion", std::nullopt, std::nullopt},
      {"at the deletion", Cut{{kA, 7}}, std::nullopt},
      {"before the deletion", Cut{{kA, 6}}, "five"},
      {"at a version", Cut{{kA, 5}}, "five"},
      {"between versions", Cut{{kA, 4}}, "two"},
      {"before the first", Cut{{kA, 1}}, std::nullopt},
      {"a partition that the cut does not name", Cut{{kB, 9}}, std::nullopt},
  };
  for (const auto& [name, cut, bytes] : kCases) {
    SCOPED_TRACE(name);
    const auto found = CutReader(store, cut).Find(kThings.id, {"x"});
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(found->has_value() ? std::optional((*found)->bytes) : std::nullopt, bytes);
    const auto scanned = All(CutReader(store, cut));
    EXPECT_EQ(scanned.contains({"x"}) ? std::optional(scanned.at({"x"})) : std::nullopt, bytes);
  }
}

TEST(CutReaderTest, ScansAPrefixFromAKeyUntilTold) {
  MemoryStore store;
  Store(store, {{kA, 1, {"a", "1"}, "-"},
                {kA, 2, {"b", "1"}, "-"},
                {kA, 3, {"b", "2"}, "-"},
                {kA, 4, {"b", "3"}, "-"},
                {kA, 5, {"c", "1"}, "-"}});
  const CutReader reader(store);
  EXPECT_EQ(All(reader, {"b"}).size(), 3u);
  EXPECT_EQ(All(reader, {"b"}, {"b", "2"}).size(), 2u);
  EXPECT_EQ(All(reader, {}, {"b", "2"}).size(), 3u);
  EXPECT_EQ(All(reader, {"b"}, {"a", "1"}).size(), 3u);
  int visits = 0;
  ASSERT_TRUE(
      reader.Scan(kThings.id, {}, {}, [&](const RowVersion&) { return ++visits < 2; }).ok());
  EXPECT_EQ(visits, 2);
}

TEST(CutReaderTest, ScansPastManyVersionsOfARow) {
  MemoryStore store;
  std::vector<Change> changes;
  for (Sequence sequence = 1; sequence <= 20; ++sequence) {
    changes.push_back({kA, sequence, {"x"}, std::to_string(sequence)});
  }
  changes.push_back({kA, 21, {"y"}, "y"});
  Store(store, changes);
  EXPECT_EQ(All(CutReader(store)), (std::map<RowKey, std::string>{{{"x"}, "20"}, {{"y"}, "y"}}));
}

TEST(CutReaderTest, TellsTheHistoryOfARowNewestFirst) {
  MemoryStore store;
  Store(store, {{kA, 2, {"x"}, "two"}, {kA, 5, {"x"}, std::nullopt}, {kA, 9, {"x"}, "nine"}});
  std::vector<Sequence> sequences;
  ASSERT_TRUE(CutReader(store, Cut{{kA, 8}})
                  .Versions(kThings.id, {"x"},
                            [&](const RowVersion& version) {
                              sequences.push_back(version.sequence);
                              EXPECT_EQ(version.deleted, version.sequence == 5);
                              return true;
                            })
                  .ok());
  EXPECT_EQ(sequences, (std::vector<Sequence>{5, 2}));
}

TEST(CutReaderTest, ARowThatDoesNotParseIsDamageAndNotAbsence) {
  MemoryStore store;
  ASSERT_TRUE(store.Write({{EncodeVersionKey(kThings.id, {"x"}, 1), "\x07"}}).ok());
  const auto found = CutReader(store).Find(kThings.id, {"x"});
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().reason, "STORE_DAMAGED");
  EXPECT_EQ(found.error().code, Code::kDataLoss);
  MemoryStore other;
  Store(other, {{kA, 1, {"x"}, "\xff\xff"}});
  const auto row = CutReader(other).Get(kThings, {"x"});
  ASSERT_FALSE(row.ok());
  EXPECT_EQ(row.error().reason, "STORE_DAMAGED");
}

TEST(OverlayTest, RollbackTakesBackTheWritesOfOneCommit) {
  MemoryStore store;
  Overlay overlay(store);
  overlay.Begin(kA, 1);
  overlay.PutBytes(kThings.id, {"x"}, "kept");
  const Batch before = overlay.batch();
  overlay.Begin(kA, 2);
  overlay.PutBytes(kThings.id, {"x"}, "first");
  overlay.PutBytes(kThings.id, {"x"}, "second");
  overlay.Delete(kThings.id, {"y"});
  overlay.Rollback();
  EXPECT_EQ(overlay.batch(), before);
  EXPECT_EQ((*overlay.Find(kThings.id, {"x"}))->bytes, "kept");
}

TEST(OverlayTest, ARowOfAnotherPartitionIsNotWritten) {
  MemoryStore store;
  Store(store, {{kA, 1, {"stored"}, "a"}, {kA, 2, {"gone"}, std::nullopt}});
  for (const std::string key : {"stored", "gone", "pending"}) {
    for (const std::string read : {"nothing", "it", "another", "it and another"}) {
      SCOPED_TRACE(key + ", having read " + read);
      Overlay overlay(store);
      overlay.Begin(kA, 3);
      overlay.PutBytes(kThings.id, {"pending"}, "a");
      overlay.Begin(kB, 1);
      if (read.starts_with("it")) {
        ASSERT_TRUE(overlay.Find(kThings.id, {key}));
      }
      if (read.ends_with("another")) {
        ASSERT_TRUE(overlay.Find(kThings.id, {"nobody's"}));
      }
      overlay.PutBytes(kThings.id, {key}, "b");
      ASSERT_TRUE(overlay.fault());
      EXPECT_EQ(overlay.fault()->reason, "ROW_OF_ANOTHER_PARTITION");
      EXPECT_EQ(overlay.batch().size(), 1u);
    }
  }
}

TEST(OverlayTest, TakenItLooksAtWhatIsBelowAnew) {
  MemoryStore store;
  Overlay overlay(store);
  overlay.Begin(kA, 1);
  EXPECT_FALSE(*overlay.Find(kThings.id, {"x"}));
  overlay.Take();
  Store(store, {{kB, 1, {"x"}, "b"}});
  overlay.Begin(kA, 2);
  overlay.PutBytes(kThings.id, {"x"}, "a");
  EXPECT_TRUE(overlay.fault());
  EXPECT_TRUE(*overlay.Find(kThings.id, {"x"}));
}

RC_GTEST_PROP(OverlayProperty, ReadsAsTheStoreDoesAfterTheWrite, ()) {
  MemoryStore store;
  Sequence sequence = 0;
  const auto write_some = [&](Overlay& overlay) {
    const int count = *rc::gen::inRange(0, 12);
    for (int i = 0; i < count; ++i) {
      overlay.Begin(kA, ++sequence);
      const RowKey key = *rc::gen::container<RowKey>(2, rc::gen::element<std::string>("a", "b"));
      const bool deleted = *rc::gen::element(false, false, true);
      if (deleted) {
        overlay.Delete(kThings.id, key);
      } else {
        overlay.PutBytes(kThings.id, key, *rc::gen::arbitrary<std::string>());
      }
      if (*rc::gen::inRange(0, 4) == 0) overlay.Rollback();
    }
    RC_ASSERT(!overlay.fault());
  };
  Overlay first(store);
  write_some(first);
  RC_ASSERT(store.Write(first.batch()).ok());

  Overlay second(store);
  write_some(second);
  MemoryStore written(store);
  RC_ASSERT(written.Write(second.batch()).ok());
  const CutReader reader(written);
  RC_ASSERT(All(second) == All(reader));
  RC_ASSERT(All(second, {"b"}) == All(reader, {"b"}));
  RC_ASSERT(All(second, {}, {"a", "b"}) == All(reader, {}, {"a", "b"}));
  for (const RowKey& key : {RowKey{"a", "a"}, RowKey{"b", "a"}}) {
    const auto left = *second.Find(kThings.id, key);
    const auto right = *reader.Find(kThings.id, key);
    RC_ASSERT(left.has_value() == right.has_value());
    if (left) RC_ASSERT(left->bytes == right->bytes && left->sequence == right->sequence);
  }
}

}  // namespace
}  // namespace twinledger::store
