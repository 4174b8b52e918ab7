#include "platform/store/replaceable_store.h"

#include <utility>

namespace twinledger::store {

std::shared_ptr<KeyValueStore> ReplaceableStore::Replace(std::shared_ptr<KeyValueStore> next) {
  const absl::MutexLock lock(&mutex_);
  return std::exchange(store_, std::move(next));
}

std::shared_ptr<KeyValueStore> ReplaceableStore::Now() const {
  const absl::MutexLock lock(&mutex_);
  return store_;
}

Result<std::optional<std::string>> ReplaceableStore::Get(std::string_view key) const {
  return Now()->Get(key);
}

// Iterators and snapshots hold what they read.
std::unique_ptr<Iterator> ReplaceableStore::NewIterator() const { return Now()->NewIterator(); }

std::unique_ptr<Iterator> ReplaceableStore::NewLookup() const { return Now()->NewLookup(); }

std::shared_ptr<const KeyValueReader> ReplaceableStore::Snapshot() const {
  return Now()->Snapshot();
}

Result<void> ReplaceableStore::Write(const Batch& batch) { return Now()->Write(batch); }

Result<void> ReplaceableStore::WriteAll(std::span<const Batch* const> batches) {
  return Now()->WriteAll(batches);
}

Result<void> ReplaceableStore::Ingest(std::shared_ptr<const SortedRun> rows) {
  return Now()->Ingest(std::move(rows));
}

void ReplaceableStore::RemoveWhenClosed() { Now()->RemoveWhenClosed(); }

Result<void> ReplaceableStore::Verdict() const { return Now()->Verdict(); }

Result<void> ReplaceableStore::Verify(const std::function<bool()>& go_on) const {
  return Now()->Verify(go_on);
}

}  // namespace twinledger::store
