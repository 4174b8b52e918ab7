// The store on disk reads as the one in memory does, whether what is asked for is in files or not,
// by filters or in the order of keys.
#include "platform/store/rocks_store.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "platform/store/bulk_rows.h"
#include "platform/store/memory_store.h"
#include "tests/support/temp_directory.h"

namespace twinledger::store {
namespace {

namespace fs = std::filesystem;

constexpr TableId kTable = 16;
constexpr TableId kTableOfLongKeys = 17;
constexpr TableId kPlatformTable = 3;
const log::PartitionId kHere{"registry", 0};

struct Stores {
  testing::TempDirectory directory;
  fs::path folder = directory.path() / "store";
  std::unique_ptr<RocksStore> disk = *RocksStore::Create(folder);
  MemoryStore memory;

  // What is not in files by then goes there.
  void Reopen() {
    disk.reset();
    disk = *RocksStore::Open(folder);
  }
};

RowKey KeyOf(TableId table, int number) {
  const std::string row = std::to_string(number);
  if (table != kTableOfLongKeys) return {"row", row};
  return {std::to_string(number % 3), std::to_string(number % 5), row};
}

void PutSome(log::Sequence sequence, CommitRows& rows) {
  rows.Begin(kHere, sequence);
  for (int writes = *rc::gen::inRange(1, 6); writes > 0; --writes) {
    const TableId table = *rc::gen::element(kTable, kTableOfLongKeys, kPlatformTable);
    const RowKey key = KeyOf(table, *rc::gen::inRange(0, 40));
    if (*rc::gen::inRange(0, 5) == 0) {
      rows.Delete(table, key);
    } else {
      rows.PutBytes(table, key, std::to_string(sequence));
    }
  }
}

void StoreSome(log::Sequence sequence, Stores& stores) {
  if (*rc::gen::arbitrary<bool>()) {
    Overlay rows(stores.memory);
    PutSome(sequence, rows);
    const Batch batch = rows.Take();
    RC_ASSERT(stores.memory.Write(batch).ok());
    RC_ASSERT(stores.disk->Write(batch).ok());
    return;
  }
  BulkRows rows(stores.memory);
  PutSome(sequence, rows);
  rows.Keep();
  const auto run = rows.SortedWith("cursor", std::to_string(sequence));
  RC_ASSERT(stores.memory.Ingest(run).ok());
  RC_ASSERT(stores.disk->Ingest(run).ok());
}

std::string AllVersions(const CutReader& reader, TableId table, const RowKey& key) {
  std::string all;
  const Result<void> read = reader.Versions(table, key, [&](const RowVersion& version) {
    all += std::to_string(version.sequence) + (version.deleted ? "-" : "+") + version.bytes + " ";
    return true;
  });
  RC_ASSERT(read.ok());
  const Result<std::optional<RowVersion>> found = reader.Find(table, key);
  RC_ASSERT(found.ok());
  return all + (*found ? "newest " + (*found)->bytes : "none");
}

RC_GTEST_PROP(RocksStoreProperty, ReadsAsMemoryDoes, ()) {
  Stores stores;
  const int commits = *rc::gen::inRange(1, 12);
  for (int i = 1; i <= commits; ++i) {
    StoreSome(static_cast<log::Sequence>(i), stores);
    const RowKey key = KeyOf(kTable, *rc::gen::inRange(0, 41));  // A lookup between two writes.
    RC_ASSERT(AllVersions(CutReader(*stores.disk), kTable, key) ==
              AllVersions(CutReader(stores.memory), kTable, key));
    if (*rc::gen::inRange(0, 4) == 0) stores.Reopen();
  }
  const Cut cut{{kHere, static_cast<log::Sequence>(*rc::gen::inRange(0, commits + 1))}};
  for (const std::optional<Cut>& until : {std::optional<Cut>(), std::optional(cut)}) {
    const CutReader disk(*stores.disk, until);
    const CutReader memory(stores.memory, until);
    for (const TableId table : {kTable, kTableOfLongKeys, kPlatformTable}) {
      for (int i = 0; i <= 40; ++i) {  // The last is never written.
        const RowKey key = KeyOf(table, i);
        RC_ASSERT(AllVersions(disk, table, key) == AllVersions(memory, table, key));
      }
    }
  }
  std::string of_disk, of_memory;
  for (const auto& [reader, all] :
       {std::pair<const KeyValueReader*, std::string*>(stores.disk.get(), &of_disk),
        std::pair<const KeyValueReader*, std::string*>(&stores.memory, &of_memory)}) {
    const auto at = reader->NewIterator();
    for (at->Seek(""); at->Valid(); at->Next()) {
      *all += std::string(at->key()) + "=" + std::string(at->value()) + "\n";
    }
    RC_ASSERT(at->status().ok());
  }
  RC_ASSERT(of_disk == of_memory);
}

TEST(RocksStoreTest, AStoreIsMadeByCreateAlone) {
  Stores stores;
  EXPECT_EQ(RocksStore::Create(stores.folder).error().reason, "STORE_EXISTS");
  EXPECT_EQ(RocksStore::Open(stores.folder).error().reason, "STORE_IN_USE");
  const fs::path nowhere = stores.directory.path() / "nowhere";
  EXPECT_EQ(RocksStore::Open(nowhere).error().reason, "STORE_ABSENT");
  EXPECT_EQ(RocksStore::OpenForReading(nowhere).error().reason, "STORE_ABSENT");
  EXPECT_FALSE(fs::exists(nowhere));
}

TEST(RocksStoreTest, AnotherReadsBesideWhoWrites) {
  Stores stores;
  ASSERT_TRUE(stores.disk->Write({{"key", "value"}}).ok());
  const auto reader = RocksStore::OpenForReading(stores.folder);
  ASSERT_TRUE(reader.ok()) << reader.error().message;
  EXPECT_EQ(*(*reader)->Get("key"), "value");
}

TEST(RocksStoreTest, ALookupSeesWhatWasWrittenBeforeItWasMadeAndNothingElse) {
  Stores stores;
  const std::string first = EncodeVersionKey(kTable, KeyOf(kTable, 1), 1);
  const std::string second = EncodeVersionKey(kTable, KeyOf(kTable, 2), 2);
  stores.disk->NewLookup()->Seek(first);  // It is given back, and taken again below.
  ASSERT_TRUE(stores.disk->Write({{first, "written"}}).ok());
  const auto lookup = stores.disk->NewLookup();
  const auto beside = stores.disk->NewLookup();
  ASSERT_TRUE(stores.disk->Write({{second, "written"}}).ok());
  for (Iterator* const at : {lookup.get(), beside.get()}) {
    at->Seek(first);
    ASSERT_TRUE(at->Valid());
    EXPECT_EQ(at->key(), first);
    at->Seek(second);
    EXPECT_FALSE(at->Valid() && at->key() == second);
  }
}

TEST(RocksStoreTest, AFileThatIsDamagedOrMissingIsToldAsDamage) {
  Stores stores;
  ASSERT_TRUE(stores.disk->Write({{"key", std::string(5000, 'x')}}).ok());
  stores.Reopen();
  ASSERT_TRUE(stores.disk->Verify([] { return true; }).ok());
  const auto files = fs::directory_iterator(stores.folder);
  const auto table = std::find_if(fs::begin(files), fs::end(files),
                                  [](const auto& at) { return at.path().extension() == ".sst"; });
  ASSERT_NE(table, fs::end(files));
  const fs::path path = table->path();
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(10);
    file.put('\x7f');
  }
  stores.disk.reset();
  auto damaged = RocksStore::Open(stores.folder);
  ASSERT_TRUE(damaged.ok());
  EXPECT_EQ((*damaged)->Verify([] { return true; }).error().reason, "STORE_DAMAGED");
  EXPECT_EQ((*damaged)->Get("key").error().reason, "STORE_DAMAGED") << "never served";
  damaged->reset();
  fs::remove(path);
  EXPECT_EQ(RocksStore::Open(stores.folder).error().reason, "STORE_DAMAGED");
}

}  // namespace
}  // namespace twinledger::store
