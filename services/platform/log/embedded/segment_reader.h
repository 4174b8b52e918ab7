// Reader of an embedded log: scans segments forward from the first that its partitions need, and
// hops over the frames of others by their headers.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "platform/log/embedded/last_frames.h"
#include "platform/log/embedded/published.h"
#include "platform/log/embedded/segment.h"
#include "platform/log/event_log.h"

namespace twinledger::log {

class SegmentReader final : public Reader {
 public:
  // `published` and `last_frames` outlive the reader. A log that is only read does not
  // grow: `waits` is false.
  static Result<std::unique_ptr<Reader>> Open(std::filesystem::path directory,
                                              const Published& published, LastFrames& last_frames,
                                              bool waits, const std::vector<ReadFrom>& from);

  Result<std::vector<StoredRecord>> Next(std::chrono::milliseconds wait) override;

 private:
  SegmentReader(std::filesystem::path directory, const Published& published, bool waits)
      : directory_(std::move(directory)), published_(published), waits_(waits) {}

  Result<void> SeekFirst();
  Result<void> EnterSegment(std::uint64_t segment);
  Result<void> FindLimit(const FilePlace& end);
  Result<void> ReadUpTo(const FilePlace& end, std::vector<StoredRecord>& batch);
  Result<void> ReadFrame(std::vector<StoredRecord>& batch, std::size_t& bytes);
  Result<void> CheckPassedOver(const FrameHeader& frame) const;
  Result<void> CheckTails(const FilePlace& end);
  FilePlace place() const { return {scanner_->header().segment, scanner_->byte()}; }

  const std::filesystem::path directory_;
  const Published& published_;
  const bool waits_;
  std::map<PartitionId, Offset> first_;  // Of each partition, where it was to begin,
  std::map<PartitionId, Offset> next_;   // and what is to be returned next.
  std::optional<SegmentScanner> scanner_;
  bool tails_checked_ = false;
  std::optional<Error> failure_;  // Told again at every call.
};

}  // namespace twinledger::log
