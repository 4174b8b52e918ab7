#include "platform/log/archive/segment_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace twinledger::log {
namespace {

constexpr std::size_t kBufferBytes = 4u << 20;  // One write of the disk at full speed.

}  // namespace

Result<void> SegmentWriter::Append(const PartitionId& partition, const RecordLink& link,
                                   std::string record) {
  const Packed packed = Pack(std::move(record));
  FrameHeader frame;
  frame.partition = partition;
  frame.stored_size = static_cast<std::uint32_t>(packed.bytes.size());
  if (segment_ == 0 || written_ + buffer_.size() + frame.size() > kSegmentBytesDefault) {
    TL_TRY_VOID(Begin());
  }
  PartitionTail& tail = tails_[partition];
  frame.place = {segment_, written_ + buffer_.size()};
  frame.offset = tail.next_offset;
  frame.first_sequence = link.first_sequence;
  frame.commits = link.commits;
  PutFrame(buffer_, frame, packed);
  tail = {frame.offset + 1, link.last_sequence(), link.hash};
  if (buffer_.size() >= kBufferBytes) TL_TRY_VOID(WriteOut());
  return {};
}

Result<void> SegmentWriter::Begin() {
  if (segment_ != 0) TL_TRY_VOID(Finish());
  ++segment_;
  TL_TRY(file_, File::Open(SegmentPath(directory_, segment_), O_WRONLY | O_CREAT | O_EXCL));
  written_ = 0;
  buffer_ = MakeSegmentHeader(segment_, tails_);
  return {};
}

Result<void> SegmentWriter::WriteOut() {
  const int error_number = file_.WriteAt(written_, buffer_);
  if (error_number != 0) return FileError("write", file_.path(), error_number);
  written_ += buffer_.size();
  buffer_.clear();
  return {};
}

Result<void> SegmentWriter::Finish() {
  if (segment_ == 0) TL_TRY_VOID(Begin());
  TL_TRY_VOID(WriteOut());
  if (::fsync(file_.descriptor()) != 0) return FileError("sync", file_.path(), errno);
  return {};
}

}  // namespace twinledger::log
