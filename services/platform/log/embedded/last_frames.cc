#include "platform/log/embedded/last_frames.h"

namespace twinledger::log {

// The last segment that begins before the record. Their headers ascend, so halving finds it.
std::optional<std::uint64_t> LastFrames::SegmentOf(const PartitionId& partition,
                                                   Offset offset) const {
  std::uint64_t first = 1;
  std::uint64_t last = end_.segment;
  while (first < last) {
    const std::uint64_t middle = first + (last - first + 1) / 2;
    const auto scanner = SegmentScanner::Open(directory_, middle);
    if (!scanner) return std::nullopt;
    const bool before = TailOf(scanner->header().tails, partition).next_offset <= offset;
    (before ? first : last) = before ? middle : middle - 1;
  }
  return first;
}

void LastFrames::NoteFramesOf(std::uint64_t segment) {
  if (!noted_.insert(segment).second) return;
  auto scanner = SegmentScanner::Open(directory_, segment);
  if (!scanner) return;
  if (segment == end_.segment) scanner->set_limit(end_.byte);
  while (scanner->byte() < scanner->limit()) {
    const auto frame = scanner->Peek();
    if (!frame || !*frame) return;
    const FrameHeader& header = **frame;
    if (header.offset + 1 == TailOf(tails_, header.partition).next_offset) {
      places_[header.partition] = {segment, scanner->byte()};
    }
    scanner->Skip(header);
  }
}

std::optional<FilePlace> LastFrames::Find(const PartitionId& partition, Offset offset) {
  if (offset + 1 != TailOf(tails_, partition).next_offset) return std::nullopt;
  const absl::MutexLock lock(&mutex_);
  if (!places_.contains(partition)) {
    const std::optional<std::uint64_t> segment = SegmentOf(partition, offset);
    if (segment) NoteFramesOf(*segment);
  }
  const auto found = places_.find(partition);
  if (found == places_.end()) return std::nullopt;
  return found->second;
}

}  // namespace twinledger::log
