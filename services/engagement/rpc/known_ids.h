// Ids that were looked up and found. What another stream registered is never lost, so that it is
// there need not be asked again.
#pragma once

#include <cstddef>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_set>

namespace twinledger::engagement {

// Threads: thread-safe.
class KnownIds {
 public:
  bool Contains(const std::string& id) const {
    const std::shared_lock lock(mutex_);
    return ids_.contains(id);
  }

  // Does nothing when it is full: who is not noted is looked up each time.
  void Note(const std::string& id) {
    const std::unique_lock lock(mutex_);
    if (ids_.size() < kIdsMax) ids_.insert(id);
  }

 private:
  static constexpr std::size_t kIdsMax = 10'000;  // More than any country has councils.

  mutable std::shared_mutex mutex_;
  std::unordered_set<std::string> ids_;
};

}  // namespace twinledger::engagement
