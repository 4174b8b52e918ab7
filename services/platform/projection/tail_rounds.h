// Asks a log where its partitions end, all of them in a round and every so often, on a thread of
// its own: a broker may take seconds to answer, and nobody who serves calls or applies records
// waits for that.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <chrono>
#include <functional>
#include <map>
#include <thread>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "platform/log/event_log.h"

namespace twinledger::projection {

// Threads: thread-safe.
class TailRounds {
 public:
  using Tails = std::map<log::PartitionId, log::Offset>;
  using Then = std::function<void(const Result<Tails>&)>;
  // Of one partition, and when it was asked.
  using OnTail = std::function<void(const log::PartitionId&, MonotonicTime asked, log::Offset)>;

  // `log` and `clock` must outlive it. `on_tail` runs on its thread.
  TailRounds(log::EventLog& log, const Clock& clock, std::vector<log::PartitionId> partitions,
             OnTail on_tail);
  ~TailRounds();  // Waits for the question that is being asked; who still asks gets an error.

  // `then` runs on its thread, with tails that were all asked for after this call.
  void Ask(Then then);

 private:
  void Run();
  Result<Tails> Round() const;

  log::EventLog& log_;
  const Clock& clock_;
  const std::vector<log::PartitionId> partitions_;
  const OnTail on_tail_;
  mutable absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<Then> asked_ ABSL_GUARDED_BY(mutex_);
  std::jthread thread_;
};

}  // namespace twinledger::projection
