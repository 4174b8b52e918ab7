// How far the partitions of a runner have been read, and who waits until they have been read
// further.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "platform/log/partition.h"
#include "platform/projection/voids_read.h"

namespace twinledger::projection {

// For who waits when the program ends.
Error ShuttingDown();

struct Position {
  log::Sequence sequence = 0;
  log::Offset next_offset = 0;
  std::uint64_t voids = 0;
  VoidsRead voids_read = {};
  std::optional<Error> stopped = std::nullopt;
  std::optional<Error> no_room = std::nullopt;
};

// Reached at both.
struct Target {
  log::Sequence sequence = 0;
  log::Offset next_offset = 0;
};
using Targets = std::map<log::PartitionId, Target>;

// Threads: thread-safe. Answers to waits run without the lock, on the thread of the call that gives
// them.
class Positions {
 public:
  using Then = std::function<void(const Result<void>&)>;

  void Set(const log::PartitionId& partition, Position position);
  Position Get(const log::PartitionId& partition) const;

  // Readers see the rows from now on: before, nothing counts as reached.
  void SetVisible();
  bool visible() const;

  // True if `then` was called at once; else a later call does. With the error of a partition that
  // is not so far and is stopped, or has no room for its rows.
  bool Wait(Targets targets, MonotonicTime deadline, Then then);

  // Answers who need not or may not wait any longer.
  void Settle(MonotonicTime now);

  // The earliest end of a wait.
  std::optional<MonotonicTime> NextDeadline() const;

  // Answers all who wait, and who will, with `why`.
  void Close(Error why);

 private:
  struct Waiter {
    Targets targets;
    MonotonicTime deadline;
    Then then;
  };

  // What to answer, if it is time to.
  std::optional<Result<void>> Verdict(const Targets& targets) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  std::map<log::PartitionId, Position> positions_ ABSL_GUARDED_BY(mutex_);
  std::vector<Waiter> waiters_ ABSL_GUARDED_BY(mutex_);
  bool visible_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<Error> closed_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace twinledger::projection
