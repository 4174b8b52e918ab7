// How far the log is durable: what readers may see. Written by the committer, awaited by readers.
#pragma once

#include <absl/synchronization/mutex.h>

#include "platform/log/embedded/damage.h"
#include "platform/log/embedded/tails.h"

namespace twinledger::log {

// Threads: thread-safe.
class Published {
 public:
  Published(FilePlace end, Tails tails) : end_(end), tails_(std::move(tails)) {}

  void Advance(FilePlace end, const Tails& changed) {
    const absl::MutexLock lock(&mutex_);
    end_ = end;
    for (const auto& [partition, tail] : changed) tails_[partition] = tail;
    moved_.SignalAll();
  }

  FilePlace end() const {
    const absl::MutexLock lock(&mutex_);
    return end_;
  }

  PartitionTail tail(const PartitionId& partition) const {
    const absl::MutexLock lock(&mutex_);
    return TailOf(tails_, partition);
  }

  Tails tails() const {
    const absl::MutexLock lock(&mutex_);
    return tails_;
  }

  // What stands before `end`, if the log still ends there.
  std::optional<Tails> TailsAt(const FilePlace& end) const {
    const absl::MutexLock lock(&mutex_);
    if (end_ != end) return std::nullopt;
    return tails_;
  }

  // The end, as soon as it lies beyond `place` or at `deadline`.
  FilePlace AwaitBeyond(const FilePlace& place, absl::Time deadline) const {
    const absl::MutexLock lock(&mutex_);
    while (end_ <= place && !moved_.WaitWithDeadline(&mutex_, deadline)) {
    }
    return end_;
  }

 private:
  mutable absl::Mutex mutex_;
  mutable absl::CondVar moved_;
  FilePlace end_ ABSL_GUARDED_BY(mutex_);
  Tails tails_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace twinledger::log
