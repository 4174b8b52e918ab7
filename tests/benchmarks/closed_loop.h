// Clients that each wait for their reply before they ask again.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <atomic>
#include <functional>
#include <utility>

namespace twinledger::testing {

inline constexpr int kClients = 64;

// Keeps 64 calls open until `calls` are all answered.
class ClosedLoop {
 public:
  using Call = std::function<void(int number, std::function<void()> done)>;

  ClosedLoop(int calls, Call call) : calls_(calls), call_(std::move(call)) {}

  void Run() {
    for (int client = 0; client < kClients; ++client) Next();
    const auto all = [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return answered_ == calls_; };
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(&all));
  }

 private:
  void Next() {
    const int number = started_.fetch_add(1);
    if (number >= calls_) return;
    call_(number, [this] {
      Next();
      absl::MutexLock lock(&mutex_);
      ++answered_;
    });
  }

  const int calls_;
  const Call call_;
  std::atomic<int> started_ = 0;
  absl::Mutex mutex_;
  int answered_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace twinledger::testing
