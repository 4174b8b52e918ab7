#include "platform/store/layered.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "platform/store/memory_store.h"

namespace twinledger::store {
namespace {

// Of few keys, so that layers meet.
Batch AnyBatch() {
  Batch batch;
  for (char key = 'a'; key < 'k'; ++key) {
    const int fate = *rc::gen::inRange(0, 3);
    if (fate == 1) batch.emplace(std::string(1, key), *rc::gen::arbitrary<std::string>());
    if (fate == 2) batch.emplace(std::string(1, key), std::nullopt);
  }
  return batch;
}

std::map<std::string, std::string> RowsFrom(const KeyValueReader& reader, std::string_view key) {
  std::map<std::string, std::string> rows;
  const auto walk = reader.NewIterator();
  for (walk->Seek(key); walk->Valid(); walk->Next()) rows.emplace(walk->key(), walk->value());
  EXPECT_TRUE(walk->status().ok());
  return rows;
}

RC_GTEST_PROP(LayeredProperty, ReadsAsIfTheUpperLayerWereStored, ()) {
  MemoryStore store;
  RC_ASSERT(store.Write(AnyBatch()).ok());
  const Batch above = AnyBatch();
  const Layered layered(above, store);
  MemoryStore written(store);
  RC_ASSERT(written.Write(above).ok());
  const std::string from(1, *rc::gen::inRange<char>('a', 'l'));
  RC_ASSERT(RowsFrom(layered, "") == RowsFrom(written, ""));
  RC_ASSERT(RowsFrom(layered, from) == RowsFrom(written, from));
  RC_ASSERT(*layered.Get(from) == *written.Get(from));
}

}  // namespace
}  // namespace twinledger::store
