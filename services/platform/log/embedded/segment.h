// Segment files: all partitions of all streams in one sequence of files, in the order in which they
// were stored.
//
//   name    := segment number, 20 digits, ".seg"; from 1, without a gap
//   segment := header frame* zero*
//   header  := magic "TLseg\r\n\x1a" | crc u32 | size u32 | format u32 | segment u64 | tails
//
// The header's CRC-32C covers all of it behind the CRC. `tails` says where each partition ended
// before this segment, so a reader can begin at any one. Only the last segment may end in zeros:
// it is filled ahead, since overwriting is three times faster to sync than growing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"
#include "platform/log/embedded/damage.h"
#include "platform/log/embedded/file.h"
#include "platform/log/embedded/frame.h"
#include "platform/log/embedded/tails.h"

namespace twinledger::log {

inline constexpr std::uint32_t kSegmentFormat = 2;
inline constexpr std::uint64_t kSegmentBytesDefault = 64u << 20;

std::filesystem::path SegmentPath(const std::filesystem::path& directory, std::uint64_t segment);

// The number of the last segment. DATA_LOSS if one before it is missing or there is none.
Result<std::uint64_t> LastSegment(const std::filesystem::path& directory);

struct SegmentHeader {
  std::uint64_t segment = 1;
  Tails tails;
  std::uint64_t size = 0;  // Of the header: where the first frame stands.
};

std::string MakeSegmentHeader(std::uint64_t segment, const Tails& tails);

Result<SegmentHeader> ReadSegmentHeader(const File& file, std::uint64_t segment);

// Walks a segment's frames forward, reading ahead.
// Threads: confined to one at a time.
class SegmentScanner {
 public:
  static Result<SegmentScanner> Open(const std::filesystem::path& directory, std::uint64_t segment);

  const SegmentHeader& header() const { return header_; }
  const File& file() const { return file_; }

  // Where the next frame begins; at first behind the header.
  std::uint64_t byte() const { return byte_; }
  void Seek(std::uint64_t byte);

  // Nothing is read at or behind it: what stands there may still be changing.
  void set_limit(std::uint64_t limit) { limit_ = limit; }
  std::uint64_t limit() const { return limit_; }

  // The header of the next frame; nothing if there is none that checks. DATA_LOSS if one stands
  // there that was written at another place.
  Result<std::optional<FrameHeader>> Peek();

  // The record of the frame that Peek returned; nothing if it does not check.
  Result<std::optional<std::string>> Record(const FrameHeader& frame);

  void Skip(const FrameHeader& frame) { byte_ += frame.size(); }

 private:
  explicit SegmentScanner(File file) : file_(std::move(file)) {}

  // Bytes from the next frame on: `count` of them, or fewer at the limit.
  Result<std::string_view> View(std::size_t count);

  File file_;
  SegmentHeader header_;
  std::uint64_t byte_ = 0;
  std::uint64_t limit_ = 0;
  std::string buffer_;
  std::uint64_t buffer_start_ = 0;
};

}  // namespace twinledger::log
