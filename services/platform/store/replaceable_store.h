// A store in whose place another one can be put while it is read and written: of a projection that
// was built anew while it served.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "platform/store/key_value.h"

namespace twinledger::store {

// Threads: as KeyValueStore; Replace by the one that writes.
class ReplaceableStore final : public KeyValueStore {
 public:
  explicit ReplaceableStore(std::shared_ptr<KeyValueStore> first) : store_(std::move(first)) {}

  // From now on `next` is read and written; snapshots stay of the one before, which is returned.
  // Null: nothing is read or written any more.
  std::shared_ptr<KeyValueStore> Replace(std::shared_ptr<KeyValueStore> next);

  Result<std::optional<std::string>> Get(std::string_view key) const override;
  std::unique_ptr<Iterator> NewIterator() const override;
  std::unique_ptr<Iterator> NewLookup() const override;
  std::shared_ptr<const KeyValueReader> Snapshot() const override;
  Result<void> Write(const Batch& batch) override;
  Result<void> WriteAll(std::span<const Batch* const> batches) override;
  Result<void> Ingest(std::shared_ptr<const SortedRun> rows) override;
  void RemoveWhenClosed() override;
  Result<void> Verdict() const override;
  Result<void> Verify(const std::function<bool()>& go_on) const override;

 private:
  std::shared_ptr<KeyValueStore> Now() const;

  mutable absl::Mutex mutex_;
  std::shared_ptr<KeyValueStore> store_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace twinledger::store
