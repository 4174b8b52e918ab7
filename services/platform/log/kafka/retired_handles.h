// Destroys what holds an instance of the client library, which may take as long as a broker does
// not answer: nobody who drops a session or a reader waits for that.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <memory>
#include <thread>
#include <vector>

namespace twinledger::log {

// Threads: thread-safe.
class RetiredHandles {
 public:
  RetiredHandles();
  ~RetiredHandles();  // Waits for all.

  // Shared, since that is how a pointer to anything remembers how to destroy it; `handle` is the
  // only one.
  void Retire(std::shared_ptr<void> handle);

 private:
  void Run();

  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::shared_ptr<void>> retired_ ABSL_GUARDED_BY(mutex_);
  std::jthread thread_;
};

}  // namespace twinledger::log
