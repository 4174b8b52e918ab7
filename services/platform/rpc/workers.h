// A few threads for reads that waited: the thread that ends the wait has better things to do.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace twinledger::rpc {

// Threads: thread-safe. The standard mutex and not Abseil's, as in projection/inbox.h: every answer
// passes here.
class Workers {
 public:
  Workers(std::size_t threads, std::size_t queue_max);
  ~Workers();  // Runs what is queued, then joins.

  // False if the queue is full, or nothing is taken any more: `task` will not run.
  bool Post(std::function<void()> task);

 private:
  void Run();

  const std::size_t queue_max_;
  std::mutex mutex_;  // Of the three below.
  std::condition_variable work_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace twinledger::rpc
