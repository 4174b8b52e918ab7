// A store on disk, in RocksDB: one folder, one process.
//
// Batches survive the end of the process in any way; after a power cut some of the last may be
// missing, whole and from the end on: what reads the log again from its cursor loses nothing. A
// store is made by Create alone. Open never puts an empty one where files are missing.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "platform/store/key_value.h"

namespace twinledger::store {

// Each block that is read is compared with its checksum: damage is never returned as a row.
// Errors of all its calls: STORE_DAMAGED (corrupt or missing files), which is DATA_LOSS of opening
// and verifying, and UNAVAILABLE of what reads and writes rows, since they can be made again;
// RESOURCE_EXHAUSTED, reason DISK_FULL: nothing is written, and the same call may succeed later;
// UNAVAILABLE, reason STORE_IO.
// Threads: as KeyValueStore.
class RocksStore final : public KeyValueStore {
 public:
  // Makes an empty store in `folder`, which is absent or empty.
  static Result<std::unique_ptr<RocksStore>> Create(const std::filesystem::path& folder);

  // NOT_FOUND, reason STORE_ABSENT, if the folder is absent or empty; FAILED_PRECONDITION, reason
  // STORE_IN_USE, if another process has it open.
  static Result<std::unique_ptr<RocksStore>> Open(const std::filesystem::path& folder);

  // Of what is there at this moment, also beside the process that has it open; nothing is written
  // to the folder. NOT_FOUND as Open.
  static Result<std::unique_ptr<KeyValueReader>> OpenForReading(
      const std::filesystem::path& folder);

  ~RocksStore() override;

  Result<std::optional<std::string>> Get(std::string_view key) const override;
  std::unique_ptr<Iterator> NewIterator() const override;
  std::unique_ptr<Iterator> NewLookup() const override;
  std::shared_ptr<const KeyValueReader> Snapshot() const override;
  Result<void> Write(const Batch& batch) override;
  Result<void> WriteAll(std::span<const Batch* const> batches) override;
  Result<void> Ingest(std::shared_ptr<const SortedRun> rows) override;  // By sorted files.
  void RemoveWhenClosed() override;                                     // The folder.
  Result<void> Verdict() const override;
  // File by file: no more memory than the index of the largest one.
  Result<void> Verify(const std::function<bool()>& go_on) const override;

 private:
  class Database;
  class View;
  class Walk;
  class NewestLookup;

  explicit RocksStore(std::shared_ptr<Database> database);
  static Result<std::unique_ptr<RocksStore>> OpenFolder(const std::filesystem::path& folder,
                                                        bool create);
  bool IsLive(const std::string& file) const;
  Result<void> SetRebuilds(bool rebuilds);

  // Shared with snapshots and iterators, which may outlive the store.
  std::shared_ptr<Database> database_;
  bool rebuilds_ = false;  // Of who writes: it is filled by sorted files.
};

}  // namespace twinledger::store
