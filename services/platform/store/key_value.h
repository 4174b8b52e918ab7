// What a projection is kept in: an ordered map from bytes to bytes with snapshots and atomic
// batches.
//
// RocksStore keeps it on disk, MemoryStore in memory (simulations). Everything above sees only
// this.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "platform/base/result.h"

namespace twinledger::store {

// Keys in ascending order of bytes. Check `status()` once `Valid()` is false: a read error ends a
// scan early and must never look like its end. Threads: confined to one.
class Iterator {
 public:
  virtual ~Iterator() = default;
  virtual bool Valid() const = 0;
  virtual void Next() = 0;
  virtual void Seek(std::string_view key) = 0;  // First key at or behind `key`.
  virtual std::string_view key() const = 0;     // Valid until the iterator moves.
  virtual std::string_view value() const = 0;   // Likewise.
  virtual Result<void> status() const = 0;
};

// Threads: thread-safe.
class KeyValueReader {
 public:
  virtual ~KeyValueReader() = default;
  virtual Result<std::optional<std::string>> Get(std::string_view key) const = 0;
  virtual std::unique_ptr<Iterator> NewIterator() const = 0;

  // For who looks for versions of rows: Seek with the key of a version finds the next one of its
  // row, or anything, or nothing, if there is none. May be cheaper.
  virtual std::unique_ptr<Iterator> NewLookup() const { return NewIterator(); }

  // False if it is known that no version of the row is there: then nobody need seek it.
  virtual bool MayHold([[maybe_unused]] std::string_view row) const { return true; }
};

// One row of it, in somebody else's memory.
struct KeyValue {
  std::string_view key;
  std::string_view value;
};

// Writes that take effect together. A missing value deletes its key.
using Batch = std::map<std::string, std::optional<std::string>, std::less<>>;

class SortedRun;

// Threads: one writer; readers and snapshots from any thread.
class KeyValueStore : public KeyValueReader {
 public:
  // The state of this moment, whatever is written later.
  virtual std::shared_ptr<const KeyValueReader> Snapshot() const = 0;

  virtual Result<void> Write(const Batch& batch) = 0;

  // Batches that take effect together. Of a key that several have, the last one's value stands.
  virtual Result<void> WriteAll(std::span<const Batch* const> batches);

  // Writes rows that lie sorted already, and more of them than a batch should have: a rebuild's.
  // They take effect together as well.
  virtual Result<void> Ingest(std::shared_ptr<const SortedRun> rows) = 0;

  // It will not be opened again: what it is kept in is removed with it and its last reader.
  virtual void RemoveWhenClosed() {}
  // What it met that it cannot serve: DATA_LOSS, reason STORE_DAMAGED, for ever. Does not wait.
  // Threads: any.
  virtual Result<void> Verdict() const { return {}; }

  // Reads all that it keeps on a disk and compares checksums, part by part; behind each it asks
  // `go_on`. DATA_LOSS as Verdict, which tells it from then on; CANCELLED where it was not to go
  // on. Threads: any.
  virtual Result<void> Verify(const std::function<bool()>& /*go_on*/) const { return {}; }
};

}  // namespace twinledger::store
