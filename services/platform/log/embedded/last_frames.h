// Where the last frame of each partition stood when the log was opened: who checks a cursor against
// the record at it reads that one frame, and not the segment before it.
//
// Found when first asked for, by hopping once over the headers of each segment that holds one.
#pragma once

#include <absl/synchronization/mutex.h>

#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "platform/log/embedded/damage.h"
#include "platform/log/embedded/segment.h"
#include "platform/log/embedded/tails.h"

namespace twinledger::log {

// Threads: thread-safe.
class LastFrames {
 public:
  LastFrames(std::filesystem::path directory, const FilePlace& end, Tails tails)
      : directory_(std::move(directory)), end_(end), tails_(std::move(tails)) {}

  // Of the record at `offset`. Nothing if that was not the partition's last one, or if it is not
  // found: damage is told by who reads up to it.
  std::optional<FilePlace> Find(const PartitionId& partition, Offset offset);

 private:
  std::optional<std::uint64_t> SegmentOf(const PartitionId& partition, Offset offset) const;
  void NoteFramesOf(std::uint64_t segment) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::filesystem::path directory_;
  const FilePlace end_;
  const Tails tails_;

  absl::Mutex mutex_;
  std::set<std::uint64_t> noted_ ABSL_GUARDED_BY(mutex_);  // Segments.
  std::map<PartitionId, FilePlace> places_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace twinledger::log
