// The event log of one process: segment files in a directory.
//
//   <directory>/00000000000000000001.seg ...   records: segment.h, frame.h
//               HEAD                           how far it certainly reached: head.h
//               LOCK                           held by the process that writes
//               torn-<n>.bin                   bytes that a crash left behind, kept for people
//
// An append is durable when it is reported, is refused with NOT_AT_TIP unless it follows the last
// stored record of its partition, and is never ambiguous. After a failed sync the process stops. A
// full disk refuses appends with DISK_FULL, keeps serving readers, and heals when there is room.
// The format: docs/formats/segment_file.md.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/log/embedded/committer.h"
#include "platform/log/embedded/last_frames.h"
#include "platform/log/embedded/options.h"
#include "platform/log/event_log.h"

namespace twinledger::log {

// Threads: thread-safe.
class EmbeddedLog final : public EventLog {
 public:
  // Makes a log that holds nothing. ALREADY_EXISTS if the directory is there and not empty.
  static Result<void> Create(const std::filesystem::path& directory);

  // Opens a log that exists; a missing or emptied directory is an error, for ever: NOT_FOUND,
  // reason LOG_MISSING. Reads only what HEAD does not vouch for. DATA_LOSS: log_end.h.
  static Result<std::unique_ptr<EmbeddedLog>> Open(const std::filesystem::path& directory,
                                                   const EmbeddedOptions& options = {});

  // Opens what is stored at this moment, without the lock, also while another process writes.
  static Result<std::unique_ptr<EmbeddedLog>> OpenReadOnly(const std::filesystem::path& directory);

  // Opens segments that have no HEAD, as an export has none, for reading; reads all of them.
  static Result<std::unique_ptr<EmbeddedLog>> OpenWithoutHead(
      const std::filesystem::path& directory);

  ~EmbeddedLog() override;

  Result<std::unique_ptr<AppendSession>> OpenSession() override;
  std::unique_ptr<HeldAppends> HoldAppends() override;
  Result<std::unique_ptr<Reader>> OpenReader(std::vector<ReadFrom> from) override;
  Result<Offset> Tail(const PartitionId& partition) override;
  bool HasSoleWriter() const override { return true; }
  // UNAVAILABLE, reason DISK_HANGS, while the disk has not done a write for longer than it may
  // take: what waits for it waits without a bound, since nobody can take it back.
  Result<void> Verdict() const override;

  // What opening found behind the last whole record, if a crash had left something there.
  const std::optional<TornTail>& torn_tail() const { return torn_; }

  // Where in HEAD opening found a slot that does not check: head.h. The next write replaces it.
  const std::optional<std::uint64_t>& damaged_head_byte() const { return damaged_head_byte_; }

  // The partitions that hold anything.
  std::vector<PartitionId> Partitions() const;

 private:
  EmbeddedLog(std::filesystem::path directory, const LogEnd& end);

  const std::filesystem::path directory_;
  absl::Duration hangs_after_ = absl::InfiniteDuration();
  std::optional<TornTail> torn_;
  std::optional<std::uint64_t> damaged_head_byte_;
  File lock_;
  Published published_;
  LastFrames last_frames_;
  std::unique_ptr<Committer> committer_;  // None if it is only read.
};

}  // namespace twinledger::log
