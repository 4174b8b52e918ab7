// What waits for a runner's thread: tasks that others post, and batches that its feed has read.
//
//   any thread --Post--> tasks  --.
//                                  Take (waits for either, or for a deadline) --> runner's thread
//   feed --Deliver--> batches   --'
//
// Deliver waits while the batches that a runner has not taken fill their bound, so a slow
// projection holds up its feed and not the memory.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "platform/base/result.h"
#include "platform/log/chain.h"
#include "platform/log/partition.h"

namespace twinledger::projection {

struct FedRecord {
  log::PartitionId partition;
  log::ReadRecord record;
};

// Records in the order read, or why no more come.
using FedBatch = Result<std::vector<FedRecord>>;
using Task = std::function<void()>;

// Threads: thread-safe.
class Inbox {
 public:
  struct Taken {
    std::deque<Task> tasks;
    std::optional<FedBatch> batch;
    bool closed = false;  // Nothing comes any more.
  };

  void Post(Task task);          // Dropped once closed.
  bool Deliver(FedBatch batch);  // False once closed.
  void Close();                  // Wakes who waits.

  // All tasks and at most one batch; neither, if none came within `wait`.
  Taken Take(std::chrono::microseconds wait);

 private:
  bool HasRoom() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  bool HasWork() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  absl::Mutex mutex_;
  std::deque<Task> tasks_ ABSL_GUARDED_BY(mutex_);
  std::deque<FedBatch> batches_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace twinledger::projection
