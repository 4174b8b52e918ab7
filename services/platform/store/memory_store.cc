#include "platform/store/memory_store.h"

#include <utility>

#include "platform/base/check.h"
#include "platform/store/layered.h"
#include "platform/store/sorted_run.h"

namespace twinledger::store {

// Rows that were written, on top of those that were ingested.
struct MemoryStore::Version {
  Version(Batch above, std::shared_ptr<const SortedRun> below)
      : rows(std::move(above)), run(std::move(below)) {}

  Batch rows;
  std::shared_ptr<const SortedRun> run;
  std::atomic<int> pins{0};  // Leaves 0 under the store's mutex only.
};

// Keeps a version as it is.
class MemoryStore::Pin {
 public:
  explicit Pin(std::shared_ptr<Version> version) : version_(std::move(version)) {
    version_->pins.fetch_add(1, std::memory_order_relaxed);
  }
  Pin(const Pin& other) : Pin(other.version_) {}
  Pin& operator=(const Pin&) = delete;
  ~Pin() { version_->pins.fetch_sub(1, std::memory_order_release); }

  Layered rows() const { return {version_->rows, *version_->run}; }

 private:
  std::shared_ptr<Version> version_;
};

class MemoryStore::Walk final : public Iterator {
 public:
  explicit Walk(const Pin& pin) : pin_(pin), at_(pin_.rows().NewIterator()) {}

  bool Valid() const override { return at_->Valid(); }
  void Next() override { at_->Next(); }
  void Seek(std::string_view key) override { at_->Seek(key); }
  std::string_view key() const override { return at_->key(); }
  std::string_view value() const override { return at_->value(); }
  Result<void> status() const override { return {}; }

 private:
  const Pin pin_;
  const std::unique_ptr<Iterator> at_;
};

class MemoryStore::Frozen final : public KeyValueReader {
 public:
  explicit Frozen(const Pin& pin) : pin_(pin) {}

  Result<std::optional<std::string>> Get(std::string_view key) const override {
    return pin_.rows().Get(key);
  }
  std::unique_ptr<Iterator> NewIterator() const override { return std::make_unique<Walk>(pin_); }

 private:
  Pin pin_;
};

MemoryStore::MemoryStore()
    : version_(std::make_shared<Version>(Batch(), SortedRun::Make({}, {}))) {}

MemoryStore::MemoryStore(const MemoryStore& other) {
  absl::MutexLock lock(&other.mutex_);
  version_ = std::make_shared<Version>(other.version_->rows, other.version_->run);
}

Result<std::optional<std::string>> MemoryStore::Get(std::string_view key) const {
  absl::MutexLock lock(&mutex_);
  return Layered(version_->rows, *version_->run).Get(key);
}

std::unique_ptr<Iterator> MemoryStore::NewIterator() const {
  absl::MutexLock lock(&mutex_);
  return std::make_unique<Walk>(Pin(version_));
}

std::shared_ptr<const KeyValueReader> MemoryStore::Snapshot() const {
  absl::MutexLock lock(&mutex_);
  return std::make_shared<Frozen>(Pin(version_));
}

MemoryStore::Version& MemoryStore::Changeable() {
  if (version_->pins.load(std::memory_order_acquire) > 0) {
    version_ = std::make_shared<Version>(version_->rows, version_->run);
  }
  return *version_;
}

Result<void> MemoryStore::Write(const Batch& batch) {
  absl::MutexLock lock(&mutex_);
  Version& version = Changeable();
  const bool covers = !version.run->rows().empty();
  for (const auto& [key, value] : batch) {
    if (value || covers) {
      version.rows.insert_or_assign(key, value);
    } else {
      version.rows.erase(key);
    }
  }
  return {};
}

Result<void> MemoryStore::Ingest(std::shared_ptr<const SortedRun> rows) {
  absl::MutexLock lock(&mutex_);
  Version& version = Changeable();
  for (const KeyValue& row : rows->rows()) {
    if (version.rows.empty()) break;
    if (const auto older = version.rows.find(row.key); older != version.rows.end()) {
      version.rows.erase(older);
    }
  }
  version.run =
      version.run->rows().empty() ? std::move(rows) : SortedRun::Merge(*version.run, *rows);
  return {};
}

std::map<std::string, std::string, std::less<>> MemoryStore::Rows() const {
  std::map<std::string, std::string, std::less<>> all;
  const std::unique_ptr<Iterator> at = NewIterator();
  for (at->Seek(""); at->Valid(); at->Next()) {
    all.emplace_hint(all.end(), std::string(at->key()), std::string(at->value()));
  }
  return all;
}

}  // namespace twinledger::store
