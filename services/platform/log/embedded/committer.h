// The one thread that writes an embedded log.
//
// It takes all appends that wait, of all partitions, writes those that follow their partition's tip
// as one group, syncs once, and then answers. What arrives meanwhile is the next group, so load
// makes groups larger and not the wait longer.
//
//   waiting -> check the tip -> frames of one group -> write -> sync -> publish -> answer
//                    |                                   |
//                    '-> NOT_AT_TIP                      '-> no room: clean the tail, DISK_FULL
#pragma once

#include <absl/synchronization/mutex.h>
#include <absl/time/clock.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

#include "platform/log/embedded/head.h"
#include "platform/log/embedded/log_end.h"
#include "platform/log/embedded/options.h"
#include "platform/log/embedded/published.h"
#include "platform/log/embedded/zero_fill.h"
#include "platform/log/event_log.h"

namespace twinledger::log {

// An append on its way, checked and compressed by whoever asked for it.
struct PendingAppend {
  PartitionId to;
  RecordLink link;
  Packed packed;
  std::optional<Error> refused;  // Only to be answered.
  AppendCallback done;
};

// Threads: Submit, Hold, Release and WritesFor are thread-safe; all else is confined to the own
// thread.
class Committer {
 public:
  // `file` is the last segment, `published` outlives the committer.
  Committer(std::filesystem::path directory, const EmbeddedOptions& options, File file, LogEnd end,
            HeadFile head, Published& published);

  // Stores and answers what waits, and writes HEAD.
  ~Committer();

  void Submit(PendingAppend append);

  // What is submitted before as many releases waits for them.
  void Hold();
  void Release();

  // For how long what it writes has been on its way to the disk.
  absl::Duration WritesFor() const;

 private:
  struct Staged {
    PendingAppend append;
    Offset offset = 0;
    PartitionTail before;
  };

  void Run();
  std::vector<PendingAppend> TakeWaiting();
  void Store(std::vector<PendingAppend> appends);
  void Stage(PendingAppend append);
  std::optional<Error> WhyNot(const PendingAppend& append) const;
  void Flush();
  void CleanTail();
  Result<void> Roll();
  void WriteHead();

  const std::filesystem::path directory_;
  const EmbeddedOptions options_;
  Published& published_;

  File file_;
  std::uint64_t header_size_ = 0;
  FilePlace end_;
  std::uint64_t last_frame_ = 0;
  Tails tails_;
  HeadFile head_;
  bool head_is_behind_ = false;
  absl::Time head_written_ = absl::Now();
  std::string group_;
  std::vector<Staged> staged_;

  mutable absl::Mutex mutex_;
  absl::CondVar arrived_;
  absl::Time writes_since_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  std::vector<PendingAppend> waiting_ ABSL_GUARDED_BY(mutex_);
  int holds_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;

  ZeroFill fill_;
  std::jthread thread_;
};

}  // namespace twinledger::log
