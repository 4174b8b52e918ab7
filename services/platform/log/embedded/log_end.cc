#include "platform/log/embedded/log_end.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <utility>

namespace twinledger::log {
namespace {

// What HEAD knows and the segment does not hold whole.
struct LostRecords {
  std::uint64_t byte = 0;            // Where the first of it begins.
  std::optional<RecordPlace> first;  // Where it can be told which of the records stood there.
  std::uint64_t records = 0;
  std::size_t partitions = 0;
};

LostRecords FindLost(SegmentScanner& scanner, const Tails& known) {
  LostRecords missing;
  Tails tails = scanner.header().tails;
  scanner.Seek(scanner.header().size);
  while (true) {
    const auto frame = scanner.Peek();
    if (!frame.ok() || !*frame) break;
    const FrameHeader& header = **frame;
    const auto record = scanner.Record(header);
    if (!record.ok() || !*record) {
      missing.first = RecordPlace{header.partition, header.offset, header.first_sequence};
      break;
    }
    tails[header.partition] = {header.offset + 1, header.first_sequence + header.commits - 1, {}};
    scanner.Skip(header);
  }
  missing.byte = scanner.byte();
  std::optional<RecordPlace> any;
  for (const auto& [partition, tail] : known) {
    const PartitionTail held = TailOf(tails, partition);
    if (held.next_offset >= tail.next_offset) continue;
    missing.records += tail.next_offset - held.next_offset;
    ++missing.partitions;
    any = RecordPlace{partition, held.next_offset, held.last_sequence + 1};
  }
  // The order of partitions among each other stood in the frames alone.
  if (missing.partitions == 1 && !missing.first) missing.first = any;
  return missing;
}

std::string LostText(const LostRecords& missing, const Head& head, std::uint64_t size) {
  std::string text =
      fmt::format("HEAD knows records up to byte {} and they are not there", head.end.byte);
  if (size < head.end.byte) text += fmt::format(", the file ends at byte {}", size);
  if (missing.records == 0) return text + "; records are lost";
  text += fmt::format("; lost are {} records of {} {}", missing.records, missing.partitions,
                      missing.partitions == 1 ? "partition" : "partitions");
  return text + (missing.first ? ", the first of them is named here"
                               : ", the first of them stood here, of which partition is not known");
}

Error Lost(SegmentScanner& scanner, const Head& head) {
  const LostRecords missing = FindLost(scanner, head.tails);
  return Damaged(scanner.file().path(), missing.byte, LostText(missing, head, scanner.limit()),
                 missing.first, "LOG_LOST");
}

// Whether what HEAD says last stands where it says.
Result<void> CheckHead(SegmentScanner& scanner, const Head& head) {
  if (scanner.limit() < head.end.byte) return Lost(scanner, head);
  if (head.last_frame == 0) {
    if (head.end.byte != scanner.header().size) return Lost(scanner, head);
    return {};
  }
  scanner.Seek(head.last_frame);
  TL_TRY(const auto frame, scanner.Peek());
  if (!frame || head.last_frame + frame->size() != head.end.byte ||
      TailOf(head.tails, frame->partition).next_offset != frame->offset + 1) {
    return Lost(scanner, head);
  }
  TL_TRY(const auto record, scanner.Record(*frame));
  if (!record) return Lost(scanner, head);
  return {};
}

class EndSearch {
 public:
  EndSearch(const std::filesystem::path& directory, SegmentScanner scanner, const Head& head)
      : directory_(directory), scanner_(std::move(scanner)) {
    scanner_.Seek(head.end.byte);
    end_.last_frame = head.last_frame;
    end_.tails = head.tails;
  }

  Result<LogEnd> Run(std::uint64_t last_segment) {
    while (true) {
      TL_TRY(const bool taken, TakeFrame());
      if (taken) continue;
      const std::uint64_t segment = scanner_.header().segment;
      if (segment == last_segment) break;
      TL_TRY_VOID(EnterNext(segment + 1));
    }
    end_.place = {scanner_.header().segment, scanner_.byte()};
    TL_TRY_VOID(JudgeRest());
    return std::move(end_);
  }

 private:
  // Whether a whole frame stood there. One that checks and does not follow is damage.
  Result<bool> TakeFrame() {
    TL_TRY(const auto frame, scanner_.Peek());
    if (!frame) return false;
    TL_TRY(const auto record, scanner_.Record(*frame));
    if (!record) return false;
    PartitionTail& tail = end_.tails[frame->partition];
    const std::optional<RecordLink> link = LinkOf(*record);
    if (!link || !link->Follows(tail) || link->partition != frame->partition ||
        link->first_sequence != frame->first_sequence || link->commits != frame->commits ||
        frame->offset != tail.next_offset) {
      return Damaged(scanner_.file().path(), scanner_.byte(),
                     "the record does not follow the one before it",
                     RecordPlace{frame->partition, frame->offset, frame->first_sequence});
    }
    tail = {frame->offset + 1, link->last_sequence(), link->hash};
    end_.last_frame = scanner_.byte();
    scanner_.Skip(*frame);
    return true;
  }

  // A segment is followed by another only when all of it was synced.
  Result<void> EnterNext(std::uint64_t segment) {
    if (scanner_.byte() != scanner_.limit()) {
      return Damaged(scanner_.file().path(), scanner_.byte(),
                     "no frame that checks begins here, and the log goes on in the next segment");
    }
    TL_TRY(SegmentScanner next, SegmentScanner::Open(directory_, segment));
    if (next.header().tails != end_.tails) {
      return Damaged(next.file().path(), 0, "the segment does not follow the one before it",
                     std::nullopt, "LOG_LOST");
    }
    scanner_ = std::move(next);
    end_.last_frame = 0;
    return {};
  }

  // What stands behind the last whole frame: zeros, a torn tail, or damage.
  Result<void> JudgeRest() {
    const std::uint64_t begin = scanner_.byte();
    TL_TRY(const std::uint64_t size, scanner_.file().Size());
    TL_TRY(
        const std::string rest,
        scanner_.file().ReadAt(begin, size > begin ? static_cast<std::size_t>(size - begin) : 0));
    const std::size_t last = rest.find_last_not_of('\0');
    if (last == std::string::npos) return {};
    for (std::size_t at = rest.find(kFrameMagic, 1); at != std::string::npos;
         at = rest.find(kFrameMagic, at + 1)) {
      const std::string_view bytes = std::string_view(rest).substr(at);
      const std::optional<FrameHeader> frame = ParseFrameHeader(bytes);
      // A group that begins behind the bad frame was written when that one was synced.
      if (!frame || frame->size() > bytes.size() || frame->group_distance >= at) continue;
      if (!Unpack(*frame, bytes.substr(frame->header_size(), frame->stored_size))) continue;
      return Damaged(scanner_.file().path(), begin,
                     "no frame that checks begins here, and whole records that were stored later "
                     "stand behind it",
                     RecordPlace{frame->partition, frame->offset, frame->first_sequence});
    }
    end_.torn = TornTail{scanner_.file().path(), begin, last + 1, {}};
    return {};
  }

  const std::filesystem::path& directory_;
  SegmentScanner scanner_;
  LogEnd end_;
};

}  // namespace

Result<LogEnd> FindLogEnd(const std::filesystem::path& directory, const Head& head) {
  TL_TRY(const std::uint64_t last, LastSegment(directory));
  if (last < head.end.segment) {
    return Damaged(SegmentPath(directory, head.end.segment), 0,
                   "HEAD knows this segment file and it is missing", std::nullopt, "LOG_LOST");
  }
  TL_TRY(SegmentScanner scanner, SegmentScanner::Open(directory, head.end.segment));
  TL_TRY_VOID(CheckHead(scanner, head));
  return EndSearch(directory, std::move(scanner), head).Run(last);
}

Result<TornTail> SetAside(const std::filesystem::path& directory, const TornTail& torn) {
  TL_TRY(File file, File::Open(torn.file, O_RDWR));
  TL_TRY(const std::string bytes, file.ReadAt(torn.byte, static_cast<std::size_t>(torn.size)));
  TornTail moved = torn;
  std::error_code error;
  for (int number = 1;; ++number) {
    moved.moved_to = directory / fmt::format("torn-{}.bin", number);
    if (!std::filesystem::exists(moved.moved_to, error)) break;
  }
  TL_TRY_VOID(WriteWhole(moved.moved_to, bytes));
  int error_number = file.Resize(torn.byte);
  if (error_number == 0 && ::fdatasync(file.descriptor()) != 0) error_number = errno;
  if (error_number != 0) return FileError("cut", torn.file, error_number);
  return moved;
}

}  // namespace twinledger::log
