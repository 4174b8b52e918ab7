// A store that takes sorted rows at once and stores them on a thread beside: a rebuild folds on
// while what it folded becomes files, which is a quarter of its work.
//
//   Ingest(rows) --> on top of the store --stored--> in the store, too; there alone with the next
//                          |                         call
//                          |--------no room-> stored again by the next call, which says so if it
//                          |                  fails again
//                          '--------failed--> every later call says so
//
// One run is stored at a time: who makes them faster waits, so memory holds two at the most. A run
// stays there until the next one comes, or something else is written: a rebuild mostly looks for
// rows that it wrote a moment ago, and a seek in the store asks every file that has the row.
//
// Of a store that is filled from nothing it knows which rows are there, and of a table that mostly
// has none whether it has any: seeks for others are spared.
#pragma once

#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "platform/store/key_value.h"
#include "platform/store/row_filter.h"
#include "platform/store/table.h"

namespace twinledger::store {

// Threads: confined to one. Snapshots of what is stored are taken of the store itself.
class IngestAside final : public KeyValueStore {
 public:
  explicit IngestAside(KeyValueStore& store) : store_(store) {}  // Must outlive it.
  ~IngestAside() override;                                       // Waits.

  // Rows that are being stored are read as if they were.
  Result<std::optional<std::string>> Get(std::string_view key) const override;
  std::unique_ptr<Iterator> NewIterator() const override;
  std::unique_ptr<Iterator> NewLookup() const override;
  bool MayHold(std::string_view row) const override;
  std::shared_ptr<const KeyValueReader> Snapshot() const override { return store_.Snapshot(); }

  // Answers before the rows are stored, and with the error of those before.
  Result<void> Ingest(std::shared_ptr<const SortedRun> rows) override;
  Result<void> Write(const Batch& batch) override;  // Behind all that was taken.
  Result<void> WriteAll(std::span<const Batch* const> batches) override;
  Result<void> Settle();  // Waits until all that was taken is stored.

  // From now on rows are remembered, until they are forgotten. REQUIRES: the store has none yet,
  // and they come by Ingest.
  void RememberRows() { rows_.emplace(); }
  void ForgetRows() { rows_.reset(); }

  // From now on it is known whether the table has no row. Of one table.
  Result<void> WatchTable(TableId table);

 private:
  bool IsOfEmptyTable(std::string_view key) const {
    return !empty_table_.empty() && key.starts_with(empty_table_);
  }

  KeyValueStore& store_;
  std::optional<RowFilter> rows_;  // None if they are not remembered.
  std::string empty_table_;        // What its keys would begin with; empty where it has rows.
  // The rows that are on their way, or came last. Newer than those of the store.
  std::shared_ptr<const SortedRun> above_;
  std::future<Result<void>> stored_;
  Result<void> outcome_;  // Of all that was taken.
};

}  // namespace twinledger::store
