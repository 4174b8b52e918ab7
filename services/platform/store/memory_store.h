// A store in memory, for simulations and tests. A copy of one is what a crash leaves of it: whole
// batches up to a moment.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "platform/store/key_value.h"

namespace twinledger::store {

// Threads: as KeyValueStore.
class MemoryStore final : public KeyValueStore {
 public:
  MemoryStore();
  MemoryStore(const MemoryStore& other);
  MemoryStore& operator=(const MemoryStore&) = delete;

  Result<std::optional<std::string>> Get(std::string_view key) const override;
  std::unique_ptr<Iterator> NewIterator() const override;
  std::shared_ptr<const KeyValueReader> Snapshot() const override;
  Result<void> Write(const Batch& batch) override;
  Result<void> Ingest(std::shared_ptr<const SortedRun> rows) override;

  std::map<std::string, std::string, std::less<>> Rows() const;  // A copy, to compare.

 private:
  struct Version;
  class Pin;
  class Frozen;
  class Walk;

  Version& Changeable() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  // Shared with pins. Changed in place while nobody has it pinned, else replaced by a changed copy.
  std::shared_ptr<Version> version_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace twinledger::store
