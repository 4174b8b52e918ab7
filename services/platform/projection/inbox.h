// What waits for a runner's thread: tasks that others post, and records that its feed has read.
//
//   any thread --Post--> tasks  --.
//                                  Take (waits for either, or for a deadline) --> runner's thread
//   feed --Deliver--> batches   --'
//
// Deliver waits while what a runner has not taken fills its bound, so a slow projection holds up
// its feed and not the memory.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

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

// Threads: thread-safe. The standard mutex and not Abseil's: three threads meet here at every
// record, and its waits on conditions back off by sleeping (docs/performance.md).
class Inbox {
 public:
  struct Taken {
    std::deque<Task> tasks;
    std::deque<FedBatch> batches;
    bool closed = false;  // Nothing comes any more.
  };

  void Post(Task task);          // Dropped once closed.
  bool Deliver(FedBatch batch);  // False once closed.
  void Close();                  // Wakes who waits.

  // All that came; nothing, if nothing came within `wait`. Who cannot use records leaves them, and
  // only tasks, and the end, wake it. Of one thread.
  Taken Take(std::chrono::microseconds wait, bool records = true);

 private:
  std::mutex mutex_;  // Of all below.
  std::condition_variable work_;
  std::condition_variable room_;
  std::deque<Task> tasks_;
  std::deque<FedBatch> batches_;
  std::size_t batch_bytes_ = 0;
  bool takes_records_ = true;  // Whoever takes, or took last: records wake nobody else.
  bool closed_ = false;
};

}  // namespace twinledger::projection
