// A store in memory whose disk can be full, or fail.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "platform/store/memory_store.h"

namespace twinledger::testing {

// Threads: as KeyValueStore; `full` and `broken` from any.
class FillableStore final : public store::KeyValueStore {
 public:
  Result<std::optional<std::string>> Get(std::string_view key) const override {
    return rows_.Get(key);
  }
  std::unique_ptr<store::Iterator> NewIterator() const override { return rows_.NewIterator(); }
  std::shared_ptr<const store::KeyValueReader> Snapshot() const override {
    return rows_.Snapshot();
  }
  Result<void> Write(const store::Batch& batch) override {
    if (full || broken) return Refuse();
    ++writes;
    return rows_.Write(batch);
  }
  Result<void> Ingest(std::shared_ptr<const store::SortedRun> rows) override {
    if (full || broken) return Refuse();
    return rows_.Ingest(std::move(rows));
  }

  std::map<std::string, std::string, std::less<>> Rows() const { return rows_.Rows(); }

  std::atomic<bool> full = false;
  std::atomic<bool> broken = false;
  std::atomic<int> refused = 0;
  std::atomic<int> writes = 0;

 private:
  Error Refuse() {
    ++refused;
    if (broken) return {Code::kUnavailable, "the store could not be written", "STORE_IO"};
    return {Code::kResourceExhausted, "the store has no room: free space on its disk", "DISK_FULL"};
  }

  store::MemoryStore rows_;
};

}  // namespace twinledger::testing
