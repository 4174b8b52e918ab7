// Reads the files of all stores again, in the background: what changes on the disk under rows that
// nobody asks for is found here. A store keeps what is found (store::KeyValueStore::Verdict).
//
//   Start -> a pass at a tenth of a core, one a period
#pragma once

#include <prometheus/collectable.h>

#include <chrono>
#include <optional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "platform/base/clock.h"
#include "platform/store/key_value.h"

namespace twinledger::server {

struct StoreScrubPlan {
  bool first_at_once = false;  // Something was opened that nobody read yet.
  std::optional<std::chrono::hours> period = std::nullopt;  // Between passes; nothing: no more.
};

// Threads: thread-safe, but that one starts and destroys it.
class StoreScrub final : public prometheus::Collectable {
 public:
  // What it is given must outlive it.
  StoreScrub(std::vector<const store::KeyValueStore*> stores, const Clock& clock,
             StoreScrubPlan plan);
  ~StoreScrub() override;  // Ends within a file of a store.

  void Start();

  std::optional<WallTime> ended() const;  // The last pass that found all sound, since the start.

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  void Run();
  bool Pass();                     // Whether all that there is was read and is sound.
  bool Rest(absl::Duration time);  // False: it is to end.

  const std::vector<const store::KeyValueStore*> stores_;
  const Clock& clock_;
  const StoreScrubPlan plan_;

  mutable absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<WallTime> ended_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace twinledger::server
