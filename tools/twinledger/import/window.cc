#include "twinledger/import/window.h"

#include <absl/synchronization/mutex.h>
#include <absl/time/time.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace twinledger::client {
namespace {

struct Work {
  absl::Mutex mutex;
  std::size_t next ABSL_GUARDED_BY(mutex) = 0;
  std::size_t done ABSL_GUARDED_BY(mutex) = 0;
  std::size_t working ABSL_GUARDED_BY(mutex) = 0;
  bool stopped ABSL_GUARDED_BY(mutex) = false;
};

void RunTasks(Work& work, std::size_t count, const std::function<bool(std::size_t)>& task) {
  absl::MutexLock lock(&work.mutex);
  while (!work.stopped && work.next < count) {
    const std::size_t mine = work.next++;
    work.mutex.Unlock();
    const bool go_on = task(mine);
    work.mutex.Lock();
    ++work.done;
    if (!go_on) work.stopped = true;
  }
  --work.working;
}

}  // namespace

void RunInWindow(std::size_t count, std::size_t width, const std::function<bool(std::size_t)>& task,
                 const std::function<bool(std::size_t)>& tick) {
  if (!tick(0)) return;
  Work work;
  const std::size_t threads_needed = std::min(width, count);
  {
    absl::MutexLock lock(&work.mutex);
    work.working = threads_needed;
  }
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < threads_needed; ++i) {
    threads.emplace_back([&] { RunTasks(work, count, task); });
  }
  bool working = threads_needed > 0;
  while (working) {
    std::size_t done = 0;
    {
      absl::MutexLock lock(&work.mutex);
      const auto idle = [&work]()
                            ABSL_SHARED_LOCKS_REQUIRED(work.mutex) { return work.working == 0; };
      work.mutex.AwaitWithTimeout(absl::Condition(&idle), absl::Milliseconds(100));
      working = work.working > 0;
      done = work.done;
    }
    if (!tick(done)) {
      absl::MutexLock lock(&work.mutex);
      work.stopped = true;
    }
  }
}

}  // namespace twinledger::client
