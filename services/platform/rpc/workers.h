// A few threads for what the thread that brings it should not do itself: reads that waited, and
// answers.
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
  using Task = std::function<void()>;

  // Each thread that is awake is left so many tasks before another is woken: for short ones waking
  // it costs more than they do.
  Workers(std::size_t threads, std::size_t queue_max, std::size_t tasks_a_thread = 1);
  ~Workers();  // Runs what is queued, then joins.

  // False if the queue is full, or nothing is taken any more: `task` is as it was, and will not
  // run.
  bool Post(Task&& task);

 private:
  void Run();

  const std::size_t queue_max_;
  const std::size_t tasks_a_thread_;
  std::mutex mutex_;  // Of all below but the threads.
  std::condition_variable work_;
  std::deque<Task> queue_;
  std::size_t running_ = 0;
  std::size_t awake_ = 0;   // Threads that run tasks, or are about to.
  std::size_t called_ = 0;  // Of those, the ones that still sleep.
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace twinledger::rpc
