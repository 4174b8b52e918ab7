// Reads the whole log again from its first byte, in the background: frames, chain and signatures.
// Projections read a record once, while it is new; what changes on the disk afterwards is found
// here, and with its place.
//
//   Start -> a pass at full speed -> Pace -> passes at a tenth of a core, one a period
//
// Of a log that brokers keep, every pass is a pass over their network and disks, of each replica:
// there the first one waits until it is due (ScrubPlan).
#pragma once

#include <prometheus/collectable.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "platform/log/chain.h"
#include "platform/log/event_log.h"

namespace twinledger::server {

struct ScrubPlan {
  std::optional<std::chrono::hours> period = std::nullopt;  // Between passes; nothing: only one.
  std::optional<std::chrono::microseconds> first_after = std::chrono::microseconds(0);  // Or never.
  bool damage_known = false;  // By a pass before this start: told until a whole one is clean.
  // Of each whole pass, on the scrub's thread: when, and whether it found the log sound.
  std::function<void(WallTime ended, bool sound)> on_end = {};
};

// The plan for a log that brokers keep, last checked at `ended`, or if that is not known, taken to
// be checked now: a first start reads and checks all of it anyway.
ScrubPlan ShyScrubPlan(std::optional<std::chrono::hours> period, std::optional<WallTime> ended,
                       WallTime now);

// Threads: thread-safe, but that one starts and destroys it.
class LogScrub final : public prometheus::Collectable {
 public:
  // What it is given must outlive it.
  LogScrub(log::EventLog& log, const log::Founding& founding, const Clock& clock, ScrubPlan plan);
  ~LogScrub() override;  // Ends within a batch of the reader, about 4 MiB.

  void Start();

  // True when a pass over the whole log has ended, within `wait`; false at once where none is due.
  bool WaitForPass(std::chrono::milliseconds wait) const;

  // Rests for nine times as long as it works from now on. Before Start too.
  void Pace();

  // What the last pass found: DATA_LOSS if the log is damaged; another error if the pass could not
  // be finished, which is tried again every minute.
  Result<void> found() const;
  std::optional<WallTime> ended() const;  // The last pass over the whole log, since the start.

  // Records checked by this pass, when one ended, and whether damage is known.
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  void Run();
  Result<void> Pass();
  bool Rest(absl::Duration time);  // False: it is to end.

  log::EventLog& log_;
  const log::Founding& founding_;
  const Clock& clock_;
  const ScrubPlan plan_;

  mutable absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool paced_ ABSL_GUARDED_BY(mutex_) = false;
  std::uint64_t records_ ABSL_GUARDED_BY(mutex_) = 0;
  std::optional<WallTime> ended_ ABSL_GUARDED_BY(mutex_);
  Result<void> found_ ABSL_GUARDED_BY(mutex_);
  bool damage_known_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace twinledger::server
