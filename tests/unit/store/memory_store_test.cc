#include "platform/store/memory_store.h"

#include <gtest/gtest.h>

namespace twinledger::store {
namespace {

std::optional<std::string> ValueAt(const KeyValueReader& reader, std::string_view key) {
  return *reader.Get(key);
}

TEST(MemoryStoreTest, ABatchPutsAndDeletes) {
  MemoryStore store;
  ASSERT_TRUE(store.Write({{"a", "1"}, {"b", "2"}}).ok());
  ASSERT_TRUE(store.Write({{"a", std::nullopt}, {"b", "3"}}).ok());
  EXPECT_EQ(ValueAt(store, "a"), std::nullopt);
  EXPECT_EQ(ValueAt(store, "b"), "3");
}

TEST(MemoryStoreTest, ASnapshotStaysAsItWas) {
  MemoryStore store;
  ASSERT_TRUE(store.Write({{"a", "1"}}).ok());
  const auto snapshot = store.Snapshot();
  const auto walk = store.NewIterator();
  ASSERT_TRUE(store.Write({{"a", "2"}, {"b", "2"}}).ok());
  EXPECT_EQ(ValueAt(*snapshot, "a"), "1");
  EXPECT_EQ(ValueAt(*snapshot, "b"), std::nullopt);
  walk->Seek("");
  EXPECT_EQ(walk->value(), "1");
  walk->Next();
  EXPECT_FALSE(walk->Valid());
  EXPECT_EQ(ValueAt(store, "a"), "2");
}

TEST(MemoryStoreTest, ASnapshotOutlivesItsStore) {
  auto store = std::make_unique<MemoryStore>();
  ASSERT_TRUE(store->Write({{"a", "1"}}).ok());
  const auto snapshot = store->Snapshot();
  store.reset();
  EXPECT_EQ(ValueAt(*snapshot, "a"), "1");
}

TEST(MemoryStoreTest, ACopyGoesItsOwnWay) {
  MemoryStore store;
  ASSERT_TRUE(store.Write({{"a", "1"}}).ok());
  MemoryStore copy(store);
  ASSERT_TRUE(store.Write({{"a", "2"}}).ok());
  EXPECT_EQ(ValueAt(copy, "a"), "1");
}

TEST(MemoryStoreTest, AnIteratorSeeksToTheFirstKeyAtOrBehind) {
  MemoryStore store;
  ASSERT_TRUE(store.Write({{"b", "1"}, {"d", "2"}}).ok());
  const auto walk = store.NewIterator();
  EXPECT_FALSE(walk->Valid());
  walk->Seek("b");
  EXPECT_EQ(walk->key(), "b");
  walk->Seek("c");
  EXPECT_EQ(walk->key(), "d");
  walk->Seek("e");
  EXPECT_FALSE(walk->Valid());
}

}  // namespace
}  // namespace twinledger::store
