// Writes of many records on top of a store, not yet stored: what a rebuild folds before it stores.
// Where Overlay keeps a tree for the few rows of a record, rows lie here one behind another in the
// order they were written in. The newest version of each is found by a hash of its key, and they
// are sorted once, when they are stored.
//
//   Begin, Put ... Begin, Put ... --Keep----> they stand, until Sorted and Clear
//                                 --Discard-> taken back
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/store/sorted_run.h"
#include "platform/store/table.h"

namespace twinledger::store {

// `below` must outlive it; what is of the same rows is written there only behind Clear. Threads:
// confined to one.
class BulkRows final : public CommitRows {
 public:
  explicit BulkRows(const KeyValueReader& below) : below_(below) {}

  void Begin(const log::PartitionId& partition, log::Sequence sequence) override;
  Result<std::optional<RowVersion>> Find(TableId table, const RowKey& key) const override;
  // Sorts what was written since: not for what a projection does at every commit.
  Result<void> Scan(TableId table, const RowKey& prefix, const RowKey& from,
                    const std::function<bool(RowVersion)>& visit) const override;
  void PutBytes(TableId table, const RowKey& key, std::string bytes) override;
  void Delete(TableId table, const RowKey& key) override;
  void Rollback() override;
  const std::optional<Error>& fault() const override { return fault_; }

  // What was written since Keep or Discard was called last stands, or is taken back.
  void Keep();
  void Discard();
  std::size_t fresh() const { return rows_.size() - kept_; }  // How many rows that is.

  std::span<const KeyValue> rows() const { return rows_; }

  bool empty() const { return rows_.empty(); }
  std::size_t bytes() const;  // Of memory.

  // All of it, and one more row that is no version of any.
  std::shared_ptr<const SortedRun> SortedWith(std::string_view key, std::string_view value) const;
  void Clear();

  // `below` with all of it on top. Every iterator sorts what was written since.
  const KeyValueReader& reader() const { return reader_; }

 private:
  class Reader final : public KeyValueReader {
   public:
    explicit Reader(const BulkRows& rows) : rows_(rows) {}
    Result<std::optional<std::string>> Get(std::string_view key) const override;
    std::unique_ptr<Iterator> NewIterator() const override;

   private:
    const BulkRows& rows_;
  };

  static constexpr std::size_t kNone = ~std::size_t{0};

  // Of the versions of one row each knows the one before.
  struct Version {
    std::size_t previous = kNone;
    bool newest = true;
  };

  // How one write is taken back: the same version as it was, if it was written over.
  struct Undo {
    std::size_t row;
    std::optional<KeyValue> before;
  };

  void Write(TableId table, const RowKey& key, bool deleted, std::string_view bytes);
  void TakeBack(std::size_t writes);                                            // All but so many.
  Result<std::optional<RowVersion>> NewestBelow(const std::string& row) const;  // Deleted or not.
  // `newest` is the row's newest version here, if any.
  void CheckOwner(const std::string& row, const KeyValue* newest);
  std::vector<KeyValue> InOrder() const;
  std::shared_ptr<const SortedRun> Sorted() const;

  const KeyValueReader& below_;
  const Reader reader_{*this};
  log::PartitionId partition_;
  log::Sequence sequence_ = 0;
  std::string origin_;          // Of its rows,
  std::string deleted_origin_;  // and of those that it deletes.

  std::shared_ptr<RowMemory> memory_ = std::make_shared<RowMemory>();
  std::vector<KeyValue> rows_;
  std::vector<Version> versions_;                              // Of each of them.
  absl::flat_hash_map<std::string_view, std::size_t> newest_;  // By row: its place in rows_.
  std::size_t kept_ = 0;
  std::vector<Undo> undo_;        // Of what is not kept.
  std::size_t commit_begin_ = 0;  // In undo_.
  std::optional<Error> fault_;

  mutable std::string row_;  // Room for a key.
  mutable std::unique_ptr<Iterator> lookup_;
  mutable std::shared_ptr<const SortedRun> sorted_;  // None if something was written since.
};

}  // namespace twinledger::store
