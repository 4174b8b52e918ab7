#include "platform/log/embedded/segment.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "platform/base/whole_number.h"
#include "platform/log/embedded/byte_order.h"
#include "platform/log/embedded/checksum.h"

namespace twinledger::log {
namespace {

constexpr std::string_view kSegmentMagic = "TLseg\r\n\x1a";
constexpr std::size_t kHeaderFixedSize = 16;  // Magic, CRC, size.
constexpr std::size_t kNameDigits = 20;

// Bounds what a damaged size field makes us read: a header of 1,024 partitions has 64 KiB.
constexpr std::size_t kHeaderSizeMax = 4u << 20;

// One read of the page cache; larger ones are not faster.
constexpr std::size_t kReadAhead = 256u << 10;

std::optional<std::uint64_t> NumberOf(const std::string& name) {
  if (name.size() != kNameDigits + 4 || !name.ends_with(".seg")) return std::nullopt;
  return WholeNumber<std::uint64_t>(std::string_view(name).substr(0, kNameDigits));
}

}  // namespace

std::filesystem::path SegmentPath(const std::filesystem::path& directory, std::uint64_t segment) {
  return directory / fmt::format("{:020}.seg", segment);
}

Result<std::uint64_t> LastSegment(const std::filesystem::path& directory) {
  std::vector<std::uint64_t> numbers;
  std::error_code error;
  std::filesystem::directory_iterator entry(directory, error);
  while (!error && entry != std::filesystem::directory_iterator()) {
    const auto number = NumberOf(entry->path().filename().string());
    if (number) numbers.push_back(*number);
    entry.increment(error);
  }
  if (error) return FileError("list", directory, error.value());
  std::sort(numbers.begin(), numbers.end());
  for (std::uint64_t i = 0; i <= numbers.size(); ++i) {
    const bool missing = i < numbers.size() ? numbers[i] != i + 1 : numbers.empty();
    if (missing) {
      return Damaged(SegmentPath(directory, i + 1), 0, "the segment file is missing", std::nullopt,
                     "LOG_LOST");
    }
  }
  return numbers.back();
}

std::string MakeSegmentHeader(std::uint64_t segment, const Tails& tails) {
  std::string covered;
  PutNumber(covered, kSegmentFormat);
  PutNumber(covered, segment);
  PutTails(covered, tails);
  std::string sized;
  PutNumber(sized, static_cast<std::uint32_t>(kHeaderFixedSize + covered.size()));
  sized += covered;
  std::string header(kSegmentMagic);
  PutNumber(header, Crc32c(sized));
  return header + sized;
}

Result<SegmentHeader> ReadSegmentHeader(const File& file, std::uint64_t segment) {
  TL_TRY(const std::string fixed, file.ReadAt(0, kHeaderFixedSize));
  ByteReader in(fixed);
  const bool magic = in.Bytes(kSegmentMagic.size()) == kSegmentMagic;
  const auto crc = in.Number<std::uint32_t>();
  const auto size = in.Number<std::uint32_t>();
  if (!in.ok() || !magic || size < kHeaderFixedSize || size > kHeaderSizeMax) {
    return Damaged(file.path(), 0, "not a segment header");
  }
  constexpr std::size_t kCovered = kHeaderFixedSize - sizeof(size);
  TL_TRY(const std::string covered, file.ReadAt(kCovered, size - kCovered));
  if (covered.size() != size - kCovered || Crc32c(covered) != crc) {
    return Damaged(file.path(), 0, "the segment header's checksum is wrong");
  }
  ByteReader body(std::string_view(covered).substr(sizeof(size)));
  const auto format = body.Number<std::uint32_t>();
  if (format != kSegmentFormat) {
    return Error{Code::kFailedPrecondition,
                 fmt::format("{} has format {} and this program reads format {}; use the release "
                             "that wrote it, or a later one",
                             file.path().string(), format, kSegmentFormat),
                 "LOG_FORMAT",
                 {{"file", file.path().string()}, {"format", std::to_string(format)}}};
  }
  SegmentHeader header;
  header.segment = body.Number<std::uint64_t>();
  header.size = size;
  std::optional<Tails> tails = TakeTails(body);
  if (!tails || !body.rest().empty()) return Damaged(file.path(), 0, "not a segment header");
  header.tails = *std::move(tails);
  if (header.segment != segment) {
    return Damaged(file.path(), 0, fmt::format("this is segment {}, renamed", header.segment));
  }
  return header;
}

Result<SegmentScanner> SegmentScanner::Open(const std::filesystem::path& directory,
                                            std::uint64_t segment) {
  const std::filesystem::path path = SegmentPath(directory, segment);
  auto file = File::Open(path, O_RDONLY);
  if (!file.ok()) {
    if (file.error().code != Code::kNotFound) return file.error();
    return Damaged(path, 0, "the segment file is missing", std::nullopt, "LOG_LOST");
  }
  SegmentScanner scanner(*std::move(file));
  TL_TRY(scanner.header_, ReadSegmentHeader(scanner.file_, segment));
  TL_TRY(scanner.limit_, scanner.file_.Size());
  scanner.Seek(scanner.header_.size);
  return scanner;
}

void SegmentScanner::Seek(std::uint64_t byte) { byte_ = byte; }

Result<std::string_view> SegmentScanner::View(std::size_t count) {
  const std::uint64_t left = limit_ > byte_ ? limit_ - byte_ : 0;
  count = static_cast<std::size_t>(std::min<std::uint64_t>(count, left));
  const bool buffered = byte_ >= buffer_start_ && byte_ + count <= buffer_start_ + buffer_.size();
  if (!buffered) {
    const auto ahead = static_cast<std::size_t>(std::min<std::uint64_t>(kReadAhead, left));
    TL_TRY(buffer_, file_.ReadAt(byte_, std::max(count, ahead)));
    buffer_start_ = byte_;
  }
  const std::string_view view(buffer_);
  return view.substr(static_cast<std::size_t>(byte_ - buffer_start_), count);
}

Result<std::optional<FrameHeader>> SegmentScanner::Peek() {
  TL_TRY(const std::string_view bytes, View(kFrameHeaderMax));
  std::optional<FrameHeader> frame = ParseFrameHeader(bytes);
  if (frame && frame->place != FilePlace{header_.segment, byte_}) {
    return Damaged(file_.path(), byte_,
                   fmt::format("the frame that stands here was written at byte {} of segment {}",
                               frame->place.byte, frame->place.segment),
                   RecordPlace{frame->partition, frame->offset, frame->first_sequence});
  }
  return frame;
}

Result<std::optional<std::string>> SegmentScanner::Record(const FrameHeader& frame) {
  TL_TRY(std::string_view bytes, View(frame.size()));
  if (bytes.size() < frame.size()) return std::optional<std::string>();
  return Unpack(frame, bytes.substr(frame.header_size()));
}

}  // namespace twinledger::log
