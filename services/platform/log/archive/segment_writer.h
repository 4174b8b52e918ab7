// Writes segment files one after the other, as an export is: no HEAD, nothing filled ahead.
#pragma once

#include <filesystem>
#include <string>

#include "platform/base/result.h"
#include "platform/log/embedded/segment.h"

namespace twinledger::log {

// Threads: confined to one.
class SegmentWriter {
 public:
  explicit SegmentWriter(std::filesystem::path directory) : directory_(std::move(directory)) {}

  // Appends a record that follows the last one of its partition, behind which offset it has.
  Result<void> Append(const PartitionId& partition, const RecordLink& link, std::string record);

  // Makes all of it durable.
  Result<void> Finish();

 private:
  Result<void> Begin();
  Result<void> WriteOut();

  const std::filesystem::path directory_;
  File file_;
  std::uint64_t segment_ = 0;
  std::uint64_t written_ = 0;
  std::string buffer_;
  Tails tails_;
};

}  // namespace twinledger::log
