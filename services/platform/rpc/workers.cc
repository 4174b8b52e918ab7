#include "platform/rpc/workers.h"
#include "platform/base/thread_name.h"

#include <utility>

namespace twinledger::rpc {

Workers::Workers(std::size_t threads, std::size_t queue_max, std::size_t tasks_a_thread)
    : queue_max_(queue_max), tasks_a_thread_(tasks_a_thread) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
}

bool Workers::Post(Task&& task) {
  bool call = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= queue_max_) return false;
    queue_.push_back(std::move(task));
    call = awake_ < threads_.size() && queue_.size() + running_ > awake_ * tasks_a_thread_;
    if (call) {
      ++awake_;
      ++called_;
    }
  }
  if (call) work_.notify_one();
  return true;
}

void Workers::Run() {
  NameThread("workers");
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [this] { return stopping_ || called_ > 0; });
    if (called_ > 0) {
      --called_;
    } else {
      ++awake_;  // To help with the last of them.
    }
    while (!queue_.empty()) {
      Task task = std::move(queue_.front());
      queue_.pop_front();
      ++running_;
      lock.unlock();
      task();
      task = nullptr;  // What it holds may take a lock of its own.
      lock.lock();
      --running_;
    }
    --awake_;
    if (stopping_) return;
  }
}

}  // namespace twinledger::rpc
