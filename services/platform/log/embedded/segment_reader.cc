#include "platform/log/embedded/segment_reader.h"

#include <absl/time/clock.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace twinledger::log {
namespace {

constexpr std::size_t kBatchBytes = 4u << 20;  // As the contract promises.

// Of frames of other partitions: who has something is not kept waiting for more. So the first
// record of a partition costs no more in a long log.
constexpr std::uint64_t kSkippedBytes = 1u << 20;

}  // namespace

Result<std::unique_ptr<Reader>> SegmentReader::Open(std::filesystem::path directory,
                                                    const Published& published,
                                                    LastFrames& last_frames, bool waits,
                                                    const std::vector<ReadFrom>& from) {
  std::unique_ptr<SegmentReader> reader(new SegmentReader(std::move(directory), published, waits));
  for (const ReadFrom& start : from) {
    const Offset tail = published.tail(start.partition).next_offset;
    if (start.offset > tail) {
      return Error{
          Code::kOutOfRange,
          fmt::format("{} ends before offset {}, at which the reader was to go on: the log "
                      "holds {} records there; restore the log from a newer backup, or "
                      "delete what was derived from the longer log",
                      ToString(start.partition), start.offset, tail),
          "LOG_SHORTER",
          {{"partition", ToString(start.partition)},
           {"offset", std::to_string(start.offset)},
           {"tail", std::to_string(tail)}}};
    }
    reader->next_[start.partition] = start.offset;
  }
  reader->first_ = reader->next_;
  if (from.size() == 1) {
    const auto place = last_frames.Find(from[0].partition, from[0].offset);
    if (place) {
      TL_TRY(reader->scanner_, SegmentScanner::Open(reader->directory_, place->segment));
      reader->scanner_->Seek(place->byte);
      return std::unique_ptr<Reader>(std::move(reader));
    }
  }
  TL_TRY_VOID(reader->SeekFirst());
  return std::unique_ptr<Reader>(std::move(reader));
}

// The last segment before which no partition has what it needs. Segment headers ascend, so halving
// finds it.
Result<void> SegmentReader::SeekFirst() {
  std::uint64_t first = 1;
  std::uint64_t last = published_.end().segment;
  while (first < last) {
    const std::uint64_t middle = first + (last - first + 1) / 2;
    TL_TRY(const SegmentScanner scanner, SegmentScanner::Open(directory_, middle));
    const bool early_enough = std::all_of(next_.begin(), next_.end(), [&](const auto& wanted) {
      return TailOf(scanner.header().tails, wanted.first).next_offset <= wanted.second;
    });
    (early_enough ? first : last) = early_enough ? middle : middle - 1;
  }
  TL_TRY(scanner_, SegmentScanner::Open(directory_, first));
  return {};
}

Result<std::vector<StoredRecord>> SegmentReader::Next(std::chrono::milliseconds wait) {
  if (failure_) return *failure_;
  const absl::Time deadline = absl::Now() + absl::FromChrono(waits_ ? wait : wait.zero());
  std::vector<StoredRecord> batch;
  while (batch.empty()) {
    const FilePlace end = published_.AwaitBeyond(place(), deadline);
    if (end <= place()) break;
    const Result<void> read = ReadUpTo(end, batch);
    if (!read.ok()) {
      failure_ = read.error();
      if (batch.empty()) return *failure_;
    }
  }
  return batch;
}

Result<void> SegmentReader::EnterSegment(std::uint64_t segment) {
  const FilePlace left = place();
  const std::filesystem::path left_path = scanner_->file().path();
  TL_TRY(scanner_, SegmentScanner::Open(directory_, segment));
  for (const auto& [partition, tail] : scanner_->header().tails) {
    const auto wanted = next_.find(partition);
    // A partition that is to be read from behind this place on has not reached it.
    if (wanted != next_.end() && tail.next_offset > wanted->second) {
      return Damaged(left_path, left.byte,
                     fmt::format("records of {} from offset {} on are missing before this place",
                                 ToString(partition), wanted->second),
                     RecordPlace{partition, wanted->second, 0}, "LOG_LOST");
    }
  }
  return {};
}

// How far the segment here is read; behind its end the next one.
Result<void> SegmentReader::FindLimit(const FilePlace& end) {
  while (place().segment < end.segment) {
    // A segment that has a successor has its final size.
    TL_TRY(const std::uint64_t size, scanner_->file().Size());
    scanner_->set_limit(size);
    if (scanner_->byte() != size) return {};
    TL_TRY_VOID(EnterSegment(place().segment + 1));
  }
  scanner_->set_limit(end.byte);
  return {};
}

Result<void> SegmentReader::ReadUpTo(const FilePlace& end, std::vector<StoredRecord>& batch) {
  std::size_t bytes = 0;
  std::uint64_t skipped = 0;
  const auto enough = [&] {
    return bytes >= kBatchBytes || (skipped >= kSkippedBytes && !batch.empty());
  };
  while (!enough() && place() < end) {
    TL_TRY_VOID(FindLimit(end));
    while (!enough() && scanner_->byte() < scanner_->limit()) {
      const std::uint64_t begin = scanner_->byte();
      const std::size_t taken = batch.size();
      TL_TRY_VOID(ReadFrame(batch, bytes));
      if (batch.size() == taken) skipped += scanner_->byte() - begin;
    }
  }
  return CheckTails(end);
}

Result<void> SegmentReader::ReadFrame(std::vector<StoredRecord>& batch, std::size_t& bytes) {
  const std::filesystem::path& path = scanner_->file().path();
  TL_TRY(const auto frame, scanner_->Peek());
  if (!frame) return Damaged(path, scanner_->byte(), "no frame that checks begins here");
  const auto wanted = next_.find(frame->partition);
  if (wanted != next_.end() && frame->offset >= wanted->second) {
    const RecordPlace where{frame->partition, frame->offset, frame->first_sequence};
    if (frame->offset != wanted->second) {
      return Damaged(
          path, scanner_->byte(),
          fmt::format("the record at offset {} is missing before this one", wanted->second), where,
          "LOG_LOST");
    }
    TL_TRY(auto record, scanner_->Record(*frame));
    if (!record) return Damaged(path, scanner_->byte(), "the record's checksum is wrong", where);
    bytes += record->size();
    batch.push_back({frame->partition, frame->offset, *std::move(record)});
    ++wanted->second;
  } else {
    TL_TRY_VOID(CheckPassedOver(*frame));
  }
  if (scanner_->byte() + frame->size() > scanner_->limit()) {
    return Damaged(path, scanner_->byte(), "a frame that reaches beyond the end begins here");
  }
  scanner_->Skip(*frame);
  return {};
}

// Of what is not returned: it stands before the beginning, or is of a partition that others read.
Result<void> SegmentReader::CheckPassedOver(const FrameHeader& frame) const {
  const RecordPlace where{frame.partition, frame.offset, frame.first_sequence};
  const auto first = first_.find(frame.partition);
  if (first == first_.end()) {
    if (frame.offset < published_.tail(frame.partition).next_offset) return {};
    return Damaged(
        scanner_->file().path(), scanner_->byte(),
        fmt::format("a record of {} stands here that the log has not", ToString(frame.partition)),
        where);
  }
  if (next_.at(frame.partition) == first->second) return {};
  return Damaged(scanner_->file().path(), scanner_->byte(),
                 fmt::format("the record at offset {} stands here again", frame.offset), where);
}

// Once: later the committer itself says where each record stands.
Result<void> SegmentReader::CheckTails(const FilePlace& end) {
  if (tails_checked_ || place() < end) return {};
  const std::optional<Tails> tails = published_.TailsAt(end);
  if (!tails) return {};
  tails_checked_ = true;
  for (const auto& [partition, next] : next_) {
    if (next >= TailOf(*tails, partition).next_offset) continue;
    return Damaged(scanner_->file().path(), scanner_->byte(),
                   fmt::format("records of {} from offset {} on are missing before this place",
                               ToString(partition), next),
                   RecordPlace{partition, next, 0}, "LOG_LOST");
  }
  return {};
}

}  // namespace twinledger::log
