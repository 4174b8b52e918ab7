#include "platform/projection/store_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>

#include "platform/projection/partition_view.h"
#include "platform/store/memory_store.h"
#include "tests/support/tally_history.h"
#include "tests/support/tally_projection.h"
#include "tests/support/temp_directory.h"

namespace twinledger::projection {
namespace {

namespace fs = std::filesystem;
using testing::TallyHistory;
using testing::TallyProjection;

class StoreFolderTest : public ::testing::Test {
 protected:
  StoreFolderTest() {
    for (int i = 0; i < 50; ++i) {
      history_.Add(0, {{i % 3, {"word-" + std::to_string(i)}}, {1, {"forget"}}});
    }
  }

  Result<OpenedStore> Open(std::uint32_t schema_version = 1) {
    return OpenStore(folder_, TallyProjection(schema_version), history_.founding());
  }

  void Fill(store::KeyValueStore& store, bool bulk) {
    const auto view =
        *PartitionView::Open(store, projection_, history_.founding(), TallyHistory::Id(0));
    ASSERT_TRUE(view->SetBulk(bulk).ok());
    while (view->next_offset() < history_.records(0).size()) {
      ASSERT_TRUE(view->Consume(history_.Read(0, view->next_offset())).ok());
    }
    ASSERT_TRUE(view->SetBulk(false).ok());
  }

  static store::Batch RowsOf(const store::KeyValueReader& reader) {
    store::Batch rows;
    const auto at = reader.NewIterator();
    for (at->Seek(""); at->Valid(); at->Next()) rows.emplace(at->key(), at->value());
    EXPECT_TRUE(at->status().ok());
    return rows;
  }

  TallyHistory history_;
  TallyProjection projection_;
  testing::TempDirectory directory_;
  const fs::path folder_ = directory_.path() / "projections" / "tally";
};

TEST_F(StoreFolderTest, AStoreIsMadeKeptAndFoundAgain) {
  store::Batch rows;
  {
    const auto opened = Open();
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    EXPECT_NE(opened->made_because.find("there is no store in"), std::string::npos);
    Fill(*opened->store, false);
    rows = RowsOf(*opened->store);
  }
  const auto again = Open();
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(again->made_because, "");
  EXPECT_EQ(RowsOf(*again->store), rows);
}

TEST_F(StoreFolderTest, BulkGivesTheSameRowsAsBatchesDo) {
  const auto opened = Open();
  ASSERT_TRUE(opened.ok());
  Fill(*opened->store, true);
  store::MemoryStore memory;
  Fill(memory, false);
  store::Batch rows = RowsOf(*opened->store);
  for (const auto& [key, value] : memory.Rows()) {
    const auto found = rows.find(key);
    ASSERT_NE(found, rows.end());
    EXPECT_EQ(found->second, value);
    rows.erase(found);
  }
  EXPECT_EQ(rows.size(), 1u) << "what is left says what the store was built from";
}

TEST_F(StoreFolderTest, ASnapshotOfADiskStoreStaysAsItWas) {
  const auto opened = Open();
  ASSERT_TRUE(opened.ok());
  const auto before = opened->store->Snapshot();
  const store::Batch rows = RowsOf(*before);
  Fill(*opened->store, true);
  EXPECT_EQ(RowsOf(*before), rows);
  EXPECT_GT(RowsOf(*opened->store).size(), rows.size());
}

TEST_F(StoreFolderTest, WhatCannotServeIsReplacedByAnEmptyStore) {
  const auto spoil = [&](const std::string& file_begin, const std::string& bytes) {
    for (const auto& entry : fs::directory_iterator(folder_)) {
      if (entry.path().filename().string().starts_with(file_begin)) {
        std::ofstream(entry.path(), std::ios::trunc) << bytes;
      }
    }
  };
  const struct {
    std::string name;
    std::function<void()> harm;
    std::uint32_t schema_version = 1;
  } kCases[] = {
      {"another schema version", [] {}, 2},
      {"CURRENT is gone", [&] { fs::remove(folder_ / "CURRENT"); }},
      {"the manifest is garbage", [&] { spoil("MANIFEST-", "garbage"); }},
      {"a byte of a sorted file is another",
       [&] {
         for (const auto& entry : fs::directory_iterator(folder_)) {
           if (entry.path().extension() != ".sst") continue;
           std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
           file.seekg(20);
           const int byte = file.get();
           file.seekp(20);
           file.put(static_cast<char>(byte ^ 1));
         }
       }},
      {"a sorted file is gone",
       [&] {
         for (const auto& entry : fs::directory_iterator(folder_)) {
           if (entry.path().extension() == ".sst") fs::remove(entry.path());
         }
       }},
  };
  for (const auto& [name, harm, schema_version] : kCases) {
    SCOPED_TRACE(name);
    {
      const auto opened = Open();
      ASSERT_TRUE(opened.ok());
      Fill(*opened->store, true);
    }
    harm();
    const auto opened = Open(schema_version);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    EXPECT_NE(opened->made_because, "");
    EXPECT_EQ(RowsOf(*opened->store).size(), 1u);
  }
}

// What a start behind a clean stop does not read is found when it is used, and is never a row.
TEST_F(StoreFolderTest, ADamagedBlockIsAnErrorOfWhoReadsItAndFoundByACheck) {
  store::Batch rows;
  {
    const auto opened = Open();
    ASSERT_TRUE(opened.ok());
    // Beyond all tables.
    for (int i = 0; i < 5000; ++i) {
      const std::string text = std::to_string(i);
      rows["\xff\xff" + text] = crypto::Hex(crypto::Sha256(text));
    }
    ASSERT_TRUE(opened->store->Write(rows).ok());
  }
  for (const auto& entry : fs::directory_iterator(folder_)) {
    if (entry.path().extension() != ".sst") continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    const auto middle = static_cast<std::streamoff>(fs::file_size(entry.path()) / 2);
    file.seekg(middle);
    const int byte = file.get();
    file.seekp(middle);
    file.put(static_cast<char>(byte ^ 1));
  }
  {
    const auto opened =
        OpenStore(folder_, TallyProjection(1), history_.founding(), StoreCheck::kCursors);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    ASSERT_EQ(opened->made_because, "");
    EXPECT_TRUE(opened->store->Verdict().ok());
    int damaged = 0;
    for (const auto& [key, value] : rows) {
      const auto got = opened->store->Get(key);
      if (got.ok()) {
        ASSERT_EQ(*got, value);
        continue;
      }
      ++damaged;
      EXPECT_EQ(got.error().code, Code::kUnavailable);
      EXPECT_EQ(got.error().reason, "STORE_DAMAGED");
      EXPECT_EQ(got.error().message.find(folder_.string()), std::string::npos);
    }
    EXPECT_GT(damaged, 0);
    EXPECT_LT(damaged, 1000);
    const auto verdict = opened->store->Verdict();
    ASSERT_FALSE(verdict.ok());
    EXPECT_EQ(verdict.error().code, Code::kDataLoss);
    EXPECT_NE(verdict.error().message.find(folder_.string()), std::string::npos);
  }
  {
    const auto opened =
        OpenStore(folder_, TallyProjection(1), history_.founding(), StoreCheck::kCursors);
    ASSERT_TRUE(opened.ok());
    EXPECT_FALSE(opened->store->Verify([] { return true; }).ok());
    EXPECT_FALSE(opened->store->Verdict().ok());
  }
  const auto opened = Open();
  ASSERT_TRUE(opened.ok());
  EXPECT_NE(opened->made_because, "");
}

TEST_F(StoreFolderTest, ACheckThatIsNotToGoOnEnds) {
  {
    const auto opened = Open();
    ASSERT_TRUE(opened.ok());
    Fill(*opened->store, true);
  }
  const auto opened = Open();
  ASSERT_TRUE(opened.ok());
  int asked = 0;
  const auto checked = opened->store->Verify([&] { return ++asked < 1; });
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().code, Code::kCancelled);
  EXPECT_EQ(asked, 1);
  EXPECT_TRUE(opened->store->Verdict().ok());
}

TEST_F(StoreFolderTest, AStoreOfAnotherLogIsRefusedAndLeftAlone) {
  store::Batch rows;
  {
    const auto opened = Open();
    ASSERT_TRUE(opened.ok());
    Fill(*opened->store, false);
    rows = RowsOf(*opened->store);
  }
  log::Founding other = history_.founding();
  other.root_hash[0] ^= 1;
  for (const std::uint32_t schema_version : {1, 2}) {
    const auto opened = OpenStore(folder_, TallyProjection(schema_version), other);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code, Code::kDataLoss);
    EXPECT_EQ(opened.error().reason, "OTHER_FOUNDING");
    for (const std::string& named : {crypto::Hex(history_.founding().root_hash),
                                     crypto::Hex(other.root_hash), folder_.string()}) {
      EXPECT_NE(opened.error().message.find(named), std::string::npos) << opened.error().message;
    }
  }
  const auto again = Open();
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(RowsOf(*again->store), rows);
}

// It knows how far the log had reached: that must not hang on the file that is easiest to lose.
TEST_F(StoreFolderTest, AStoreThatWasClosedNeedsNoWriteAheadLog) {
  store::Batch rows;
  {
    const auto opened = Open();
    ASSERT_TRUE(opened.ok());
    Fill(*opened->store, false);
    rows = RowsOf(*opened->store);
  }
  for (const auto& entry : fs::directory_iterator(folder_)) {
    if (entry.path().extension() == ".log") fs::remove(entry.path());
  }
  const auto again = Open();
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(again->made_because, "");
  EXPECT_EQ(RowsOf(*again->store), rows);
}

TEST_F(StoreFolderTest, AStoreInUseIsRefused) {
  const auto opened = Open();
  ASSERT_TRUE(opened.ok());
  const auto again = Open();
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().reason, "STORE_IN_USE");
}

TEST_F(StoreFolderTest, FilesOfSomethingElseAreNotTouched) {
  fs::create_directories(folder_);
  std::ofstream(folder_ / "letter.txt") << "dear council";
  const auto opened = Open();
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().reason, "NOT_A_STORE");
  EXPECT_EQ(opened.error().metadata.at("file"), "letter.txt");
  EXPECT_TRUE(fs::exists(folder_ / "letter.txt"));
}

}  // namespace
}  // namespace twinledger::projection
