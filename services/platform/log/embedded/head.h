// HEAD: how far the log certainly reached. A log that ends before it has lost records; what stands
// behind it was written within the last moments and may be torn.
//
//   file := slot slot                       each in 64 KiB, written in turn; the higher generation
//                                           that checks is in force
//   slot := magic "TLhead\r\n" | crc u32 | size u32 | generation u64 | segment u64 | byte u64
//           | last frame u64 | tails | zero*
//
// The CRC-32C covers the slot behind the CRC, up to `size`.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "platform/base/result.h"
#include "platform/log/embedded/damage.h"
#include "platform/log/embedded/file.h"
#include "platform/log/embedded/tails.h"

namespace twinledger::log {

struct Head {
  std::uint64_t generation = 0;
  FilePlace end;
  std::uint64_t last_frame = 0;  // Byte of the frame that ends at `end`; 0 if none in the segment.
  Tails tails;
};

inline constexpr std::string_view kHeadName = "HEAD";

// Whether so many partitions with such names can be written down.
bool FitsHead(const Tails& tails);

class HeadFile {
 public:
  // An empty file's bytes: both slots unwritten but for `head` in the first.
  static std::string Initial(const Head& head);

  // DATA_LOSS if the file is missing or neither slot checks.
  static Result<HeadFile> Open(const std::filesystem::path& directory, int flags);

  const Head& head() const { return head_; }

  // A slot that is neither unwritten nor checks while the other one does: it was being written when
  // the power failed, or it was altered. Which of the two, the bytes do not tell.
  std::optional<std::uint64_t> bad_byte() const { return bad_byte_; }

  // Puts `head` into force, but for its generation, which follows. 0 or errno of the write; the
  // caller syncs `file()`.
  int Write(Head head);

  const File& file() const { return file_; }

 private:
  explicit HeadFile(File file) : file_(std::move(file)) {}

  File file_;
  Head head_;
  std::size_t next_slot_ = 0;
  std::optional<std::uint64_t> bad_byte_;
};

}  // namespace twinledger::log
