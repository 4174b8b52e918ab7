#include "platform/store/memory_store.h"

#include <utility>

#include "platform/base/check.h"

namespace twinledger::store {

struct MemoryStore::Version {
  std::map<std::string, std::string, std::less<>> rows;
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

  const std::map<std::string, std::string, std::less<>>& rows() const { return version_->rows; }

 private:
  std::shared_ptr<Version> version_;
};

class MemoryStore::Walk final : public Iterator {
 public:
  explicit Walk(const Pin& pin) : pin_(pin), at_(pin_.rows().end()) {}

  bool Valid() const override { return at_ != pin_.rows().end(); }
  void Next() override { ++at_; }
  void Seek(std::string_view key) override { at_ = pin_.rows().lower_bound(key); }
  std::string_view key() const override { return at_->first; }
  std::string_view value() const override { return at_->second; }
  Result<void> status() const override { return {}; }

 private:
  Pin pin_;
  std::map<std::string, std::string, std::less<>>::const_iterator at_;
};

class MemoryStore::Frozen final : public KeyValueReader {
 public:
  explicit Frozen(const Pin& pin) : pin_(pin) {}

  Result<std::optional<std::string>> Get(std::string_view key) const override {
    const auto found = pin_.rows().find(key);
    if (found == pin_.rows().end()) return std::optional<std::string>();
    return std::optional<std::string>(found->second);
  }
  std::unique_ptr<Iterator> NewIterator() const override { return std::make_unique<Walk>(pin_); }

 private:
  Pin pin_;
};

MemoryStore::MemoryStore() : version_(std::make_shared<Version>()) {}

MemoryStore::MemoryStore(const MemoryStore& other) : MemoryStore() {
  absl::MutexLock lock(&mutex_);
  version_->rows = other.Rows();
}

Result<std::optional<std::string>> MemoryStore::Get(std::string_view key) const {
  absl::MutexLock lock(&mutex_);
  const auto found = version_->rows.find(key);
  if (found == version_->rows.end()) return std::optional<std::string>();
  return std::optional<std::string>(found->second);
}

std::unique_ptr<Iterator> MemoryStore::NewIterator() const {
  absl::MutexLock lock(&mutex_);
  return std::make_unique<Walk>(Pin(version_));
}

std::shared_ptr<const KeyValueReader> MemoryStore::Snapshot() const {
  absl::MutexLock lock(&mutex_);
  return std::make_shared<Frozen>(Pin(version_));
}

Result<void> MemoryStore::Write(const Batch& batch) {
  absl::MutexLock lock(&mutex_);
  if (version_->pins.load(std::memory_order_acquire) > 0) {
    auto copy = std::make_shared<Version>();
    copy->rows = version_->rows;
    version_ = std::move(copy);
  }
  for (const auto& [key, value] : batch) {
    if (value) {
      version_->rows.insert_or_assign(key, *value);
    } else {
      version_->rows.erase(key);
    }
  }
  return {};
}

Result<void> MemoryStore::Ingest(const Batch& batch) { return Write(batch); }

std::map<std::string, std::string, std::less<>> MemoryStore::Rows() const {
  absl::MutexLock lock(&mutex_);
  return version_->rows;
}

}  // namespace twinledger::store
