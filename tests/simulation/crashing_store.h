// A store that a kill may take back to an earlier batch: batches are atomic and in order, and the
// newest of them may not have reached the disk.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "platform/projection/platform_tables.h"
#include "platform/store/memory_store.h"
#include "platform/store/sorted_run.h"
#include "platform/store/table.h"

namespace twinledger::simulation {

// How a program tears its batches that breaks rule 20.
enum class Tear {
  kNone,
  kIndexBehindRows,   // Request ids in a batch of their own, behind the rows.
  kCursorBeforeRows,  // The cursor in a batch of its own, before the rows.
};

class CrashingStore final : public store::KeyValueStore {
 public:
  explicit CrashingStore(Tear tear = Tear::kNone) : tear_(tear) {}

  Result<std::optional<std::string>> Get(std::string_view key) const override {
    return now_->Get(key);
  }
  std::unique_ptr<store::Iterator> NewIterator() const override { return now_->NewIterator(); }
  std::shared_ptr<const store::KeyValueReader> Snapshot() const override {
    return now_->Snapshot();
  }
  Result<void> Write(const store::Batch& batch) override {
    if (tear_ == Tear::kIndexBehindRows) return WriteTorn(batch, projection::kRequests.id);
    if (tear_ == Tear::kCursorBeforeRows) return WriteTorn(batch, projection::kCursorTable);
    return WriteWhole(batch);
  }
  Result<void> Ingest(std::shared_ptr<const store::SortedRun> rows) override {
    store::Batch batch;
    for (const auto& [key, value] : rows->rows()) batch.emplace(key, value);
    return Write(batch);
  }

  std::size_t unsynced() const { return unsynced_.size(); }

  // Forgets all but the oldest `kept` of the batches that are not synced. Nothing may read it
  // meanwhile.
  void Crash(std::size_t kept) {
    for (std::size_t i = 0; i < kept; ++i) static_cast<void>(synced_->Write(unsynced_[i]));
    unsynced_.clear();
    now_ = std::make_unique<store::MemoryStore>(*synced_);
  }

  // Forgets all.
  void Lose() {
    unsynced_.clear();
    synced_ = std::make_unique<store::MemoryStore>();
    now_ = std::make_unique<store::MemoryStore>();
  }

  std::map<std::string, std::string, std::less<>> Rows() const { return now_->Rows(); }

 private:
  Result<void> WriteWhole(const store::Batch& batch) {
    unsynced_.push_back(batch);
    if (unsynced_.size() > kUnsyncedMax) {
      TL_TRY_VOID(synced_->Write(unsynced_.front()));
      unsynced_.pop_front();
    }
    return now_->Write(batch);
  }

  // The rows of `table` on their own, the cursor's before the rest and any other's behind it.
  Result<void> WriteTorn(const store::Batch& batch, store::TableId table) {
    const std::string prefix = store::EncodeRowKey(table, {});
    store::Batch its;
    store::Batch rest;
    for (const auto& [key, value] : batch) {
      (key.starts_with(prefix) ? its : rest).emplace(key, value);
    }
    if (table != projection::kCursorTable) its.swap(rest);
    TL_TRY_VOID(WriteWhole(its));
    return WriteWhole(rest);
  }

  // More than one record's, so that a crash can take back several.
  static constexpr std::size_t kUnsyncedMax = 6;

  const Tear tear_;
  std::unique_ptr<store::MemoryStore> now_ = std::make_unique<store::MemoryStore>();
  std::unique_ptr<store::MemoryStore> synced_ = std::make_unique<store::MemoryStore>();
  std::deque<store::Batch> unsynced_;
};

}  // namespace twinledger::simulation
