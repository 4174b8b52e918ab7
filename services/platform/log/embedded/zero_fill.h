// Fills the last segment with zeros ahead of the committer, on a thread of its own.
//
// A file that grows makes each sync write the inode too, and so do blocks that are reserved and
// unwritten (fallocate); over zeros that were written and synced before, a sync is three times
// faster.
#pragma once

#include <absl/synchronization/mutex.h>

#include <functional>
#include <thread>

#include "platform/log/embedded/file.h"

namespace twinledger::log {

// Threads: the public calls are the committer's; zeros are written by the own thread.
class ZeroFill {
 public:
  ZeroFill(std::uint64_t ahead, std::function<int(int)> sync);
  ~ZeroFill();

  // Fills `file`, which is `size` long and written up to `written`, never beyond `limit`. The file
  // outlives its use; nullptr ends it.
  void Use(File* file, std::uint64_t written, std::uint64_t size, std::uint64_t limit);

  // Up to where the file is filled or written.
  std::uint64_t filled() const;

  // No zeros are being written when it returns, nor until Advance: the committer is about to write
  // beyond what is filled.
  void Pause();

  // The committer has written up to `end`.
  void Advance(std::uint64_t end);

 private:
  void Run();
  bool IsIdle() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  int FillChunk() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::uint64_t ahead_;
  const std::function<int(int)> sync_;
  mutable absl::Mutex mutex_;
  absl::CondVar changed_;
  File* file_ ABSL_GUARDED_BY(mutex_) = nullptr;
  bool filling_ ABSL_GUARDED_BY(mutex_) = false;  // Zeros are being written behind filled_.
  bool paused_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::uint64_t written_ ABSL_GUARDED_BY(mutex_) = 0;
  std::uint64_t filled_ ABSL_GUARDED_BY(mutex_) = 0;
  std::uint64_t wanted_ ABSL_GUARDED_BY(mutex_) = 0;  // Up to where to fill.
  std::uint64_t limit_ ABSL_GUARDED_BY(mutex_) = 0;
  std::jthread thread_;
};

}  // namespace twinledger::log
