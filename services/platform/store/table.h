// Typed tables over a key-value store, with every version of every row kept.
//
//   key   = table (u16be) || row key || ~sequence (u64be)      newest version first
//   value = flag (0 row, 1 deleted) || stream (u8 length, text) || partition (u16be) || row bytes
//
// A row key is a tuple of texts, each escaped (00 -> 00 FF) and ended by 00 01, so that bytes order
// as tuples do and a tuple's prefix is a prefix of bytes. All row keys of a table have equally many
// parts. A row is written from one partition of
// one stream only, and its version is the sequence of the commit that wrote it. So `as of` needs no
// replay: it is a seek to the first version at or below the partition's sequence in the cut.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "platform/base/check.h"
#include "platform/base/result.h"
#include "platform/log/partition.h"
#include "platform/store/key_value.h"

namespace twinledger::store {

// A module numbers its tables from here; the keys of the platform's own begin with the partition.
using TableId = std::uint16_t;
inline constexpr TableId kModuleTables = 16;

// Part of a row's key, in order: {council_id, relationship_id}.
using RowKey = std::vector<std::string>;

// Row is a protobuf message. Its serialized bytes are the row: no maps in it.
template <class Row>
struct Table {
  TableId id;
  std::string_view name;  // For people: "relationships".
};

// How far the partitions go in a query: what is behind is not seen. Partitions that are absent end
// at 0.
using Cut = std::map<log::PartitionId, log::Sequence>;

struct RowVersion {
  RowKey key;
  log::PartitionId partition;
  log::Sequence sequence = 0;  // Of the commit that wrote it.
  bool deleted = false;
  std::string bytes;
};

// DATA_LOSS, reason STORE_DAMAGED.
Error UnreadableRow(std::string_view table, const RowKey& key);

// What Decide and queries see of the tables.
class RowReader {
 public:
  virtual ~RowReader() = default;

  // Newest version; nothing if absent or deleted.
  virtual Result<std::optional<RowVersion>> Find(TableId table, const RowKey& key) const = 0;

  // Visits the newest versions whose key begins with `prefix` and is not before `from`, in order,
  // until `visit` answers false.
  virtual Result<void> Scan(TableId table, const RowKey& prefix, const RowKey& from,
                            const std::function<bool(RowVersion)>& visit) const = 0;

  template <class Row>
  Result<std::optional<Row>> Get(const Table<Row>& table, const RowKey& key) const {
    TL_TRY(const std::optional<RowVersion> version, Find(table.id, key));
    if (!version) return std::optional<Row>();
    Row row;
    if (!row.ParseFromString(version->bytes)) return UnreadableRow(table.name, key);
    return std::optional<Row>(std::move(row));
  }
};

// What a projection writes to. It reads its own writes.
class RowWriter : public RowReader {
 public:
  virtual void PutBytes(TableId table, const RowKey& key, std::string bytes) = 0;
  virtual void Delete(TableId table, const RowKey& key) = 0;

  template <class Row>
  void Put(const Table<Row>& table, const RowKey& key, const Row& row) {
    PutBytes(table.id, key, row.SerializeAsString());
  }
};

// The rows of a store at a cut; without a cut, the newest. `source` must outlive it.
// Threads: as `source`.
class CutReader final : public RowReader {
 public:
  explicit CutReader(const KeyValueReader& source, std::optional<Cut> cut = std::nullopt);

  Result<std::optional<RowVersion>> Find(TableId table, const RowKey& key) const override;
  Result<void> Scan(TableId table, const RowKey& prefix, const RowKey& from,
                    const std::function<bool(RowVersion)>& visit) const override;

  // All versions of one row within the cut, newest first, until `visit` answers false.
  Result<void> Versions(TableId table, const RowKey& key,
                        const std::function<bool(RowVersion)>& visit) const;

 private:
  const KeyValueReader& source_;
  std::optional<Cut> cut_;
};

// Writes of commits that are applied one after another: Begin names the one whose rows follow. A
// row that another partition wrote may not be written: the fault is kept and told by `fault()`.
class CommitRows : public RowWriter {
 public:
  virtual void Begin(const log::PartitionId& partition, log::Sequence sequence) = 0;

  // Takes the writes made since Begin back.
  virtual void Rollback() = 0;

  virtual const std::optional<Error>& fault() const = 0;
};

// Those of one or more commits on top of `below`, not yet stored. `below` must not change from the
// first lookup until Take or Clear. Threads: confined to one.
class Overlay final : public CommitRows {
 public:
  explicit Overlay(const KeyValueReader& below);

  void Begin(const log::PartitionId& partition, log::Sequence sequence) override;

  Result<std::optional<RowVersion>> Find(TableId table, const RowKey& key) const override;
  Result<void> Scan(TableId table, const RowKey& prefix, const RowKey& from,
                    const std::function<bool(RowVersion)>& visit) const override;
  void PutBytes(TableId table, const RowKey& key, std::string bytes) override;
  void Delete(TableId table, const RowKey& key) override;

  void Rollback() override;
  const std::optional<Error>& fault() const override { return fault_; }

  const Batch& batch() const { return batch_; }
  Batch Take();  // The batch; the overlay is as new.
  void Clear();

 private:
  void Write(TableId table, const RowKey& key, bool deleted, std::string_view bytes);
  // Deleted or not. Valid until Clear.
  Result<const std::optional<RowVersion>*> NewestBelow(std::string row) const;
  Result<std::optional<log::PartitionId>> OwnerOf(const std::string& row) const;
  void CheckOwner(const std::string& row);

  const KeyValueReader& below_;
  log::PartitionId partition_;
  log::Sequence sequence_ = 0;
  Batch batch_;
  std::vector<std::pair<Batch::iterator, std::optional<std::optional<std::string>>>> undo_;
  std::optional<Error> fault_;
  // Made by the first lookup and kept for the others: making one costs as much as a seek.
  mutable std::unique_ptr<Iterator> lookup_;
  // What was looked up. Commits of one record look up the same rows, each more than once: to
  // decide, to apply, and to see whose they are.
  mutable std::unordered_map<std::string, std::optional<RowVersion>> found_below_;
};

// Exposed for the digest and for tests.
std::string EncodeRowKey(TableId table, const RowKey& key);
std::string EncodeVersionKey(TableId table, const RowKey& key, log::Sequence sequence);

}  // namespace twinledger::store
