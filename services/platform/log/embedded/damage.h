// How damage of a log's files is told: file, byte, what is wrong, and what to do.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "platform/base/result.h"
#include "platform/log/partition.h"

namespace twinledger::log {

// A place in the files of a log.
struct FilePlace {
  std::uint64_t segment = 1;
  std::uint64_t byte = 0;

  friend auto operator<=>(const FilePlace&, const FilePlace&) = default;
};

// The record that is concerned, where it is known.
struct RecordPlace {
  PartitionId partition;
  Offset offset = 0;
  Sequence first_sequence = 0;
};

// DATA_LOSS. Reason LOG_DAMAGED, or LOG_LOST for what was there and is missing.
Error Damaged(const std::filesystem::path& file, std::uint64_t byte, std::string_view what,
              const std::optional<RecordPlace>& record = std::nullopt,
              std::string_view reason = "LOG_DAMAGED");

}  // namespace twinledger::log
