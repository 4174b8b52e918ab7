// A few threads for reads that waited: the thread that ends the wait has better things to do.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace twinledger::rpc {

// Threads: thread-safe.
class Workers {
 public:
  Workers(std::size_t threads, std::size_t queue_max);
  ~Workers();  // Runs what is queued, then joins.

  // False if the queue is full, or nothing is taken any more: `task` will not run.
  bool Post(std::function<void()> task);

 private:
  void Run();

  const std::size_t queue_max_;
  absl::Mutex mutex_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::jthread> threads_;
};

}  // namespace twinledger::rpc
