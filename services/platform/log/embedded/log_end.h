// Finding where a log ends, and telling a torn tail from damage.
//
//   HEAD's place        first bad frame
//        |                   |
//   -----+-------------------+---------------------+--------
//    not  frames: each must   frames of the same    zeros
//    read follow its tail     group, whole or not
//
// The pages of one unsynced group reach the disk in any order, so behind the first bad frame whole
// frames of its group may stand: torn, nobody was told that they are stored. A frame of a later
// group there proves that the bad one was synced: damage. So is anything bad before HEAD's place,
// and a log that ends before it.
#pragma once

#include <filesystem>
#include <optional>

#include "platform/log/embedded/head.h"
#include "platform/log/embedded/segment.h"

namespace twinledger::log {

// Bytes behind the last whole frame, which a crash left in the middle of a write.
struct TornTail {
  std::filesystem::path file;
  std::uint64_t byte = 0;
  std::uint64_t size = 0;
  std::filesystem::path moved_to;  // Where they are kept aside; empty if they are where they were.
};

struct LogEnd {
  FilePlace place;
  std::uint64_t last_frame = 0;  // Byte of the frame that ends there; 0 if none in the segment.
  Tails tails;
  std::optional<TornTail> torn;
};

// Reads from HEAD's place on. DATA_LOSS names file, byte and record.
Result<LogEnd> FindLogEnd(const std::filesystem::path& directory, const Head& head);

// Copies the torn bytes to torn-<n>.bin beside the segments and cuts the segment before them.
Result<TornTail> SetAside(const std::filesystem::path& directory, const TornTail& torn);

}  // namespace twinledger::log
