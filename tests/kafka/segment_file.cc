#include "tests/kafka/segment_file.h"

#include <zstd.h>

#include <cstdlib>
#include <utility>

#include "platform/base/check.h"
#include "platform/log/embedded/checksum.h"
#include "tests/support/temp_directory.h"

namespace twinledger::testing {
namespace {

constexpr std::size_t kLengthAt = 8;
constexpr std::size_t kAfterLength = 12;
constexpr std::size_t kCrcAt = 17;
constexpr std::size_t kSignedAt = 21;
constexpr std::size_t kRecordsAt = 61;
constexpr std::size_t kValueBytesMax = 2 << 20;
constexpr char kCompression = 7;  // Bits of the attributes.
constexpr char kZstd = 4;

std::string BigEndian(std::uint64_t number, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text.push_back(static_cast<char>(number >> (8 * i) & 0xff));
  return text;
}

std::uint64_t ReadBigEndian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

std::string Varint(std::int64_t number) {
  auto rest = static_cast<std::uint64_t>(number) << 1 ^ static_cast<std::uint64_t>(number >> 63);
  std::string text;
  for (; rest >= 0x80; rest >>= 7) text.push_back(static_cast<char>(rest | 0x80));
  return text + static_cast<char>(rest);
}

std::int64_t TakeVarint(std::string_view& bytes) {
  std::uint64_t number = 0;
  for (int shift = 0;; shift += 7) {
    TL_CHECK(!bytes.empty() && shift < 64);
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    number |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return static_cast<std::int64_t>(number >> 1) ^ -static_cast<std::int64_t>(number & 1);
}

std::string Decompress(std::string_view bytes) {
  std::string whole(kValueBytesMax, '\0');
  const std::size_t size = ZSTD_decompress(whole.data(), whole.size(), bytes.data(), bytes.size());
  TL_CHECK(ZSTD_isError(size) == 0);
  return whole.substr(0, size);
}

// Of the only record.
std::string ValueOf(std::string_view records) {
  TakeVarint(records);  // Its length.
  records.remove_prefix(1);
  TakeVarint(records);  // Time and offset, behind the batch's.
  TakeVarint(records);
  TL_CHECK(TakeVarint(records) == -1);  // No key.
  const auto size = static_cast<std::size_t>(TakeVarint(records));
  TL_CHECK(size <= records.size());
  return std::string(records.substr(0, size));
}

std::string RecordsOf(const std::string& value) {
  const std::string record = std::string(1, '\0') + Varint(0) + Varint(0) + Varint(-1) +
                             Varint(static_cast<std::int64_t>(value.size())) + value + Varint(0);
  return Varint(static_cast<std::int64_t>(record.size())) + record;
}

std::filesystem::path FileOf(const log::KafkaAddress& address, const log::PartitionId& partition) {
  const char* const cluster = std::getenv("TWINLEDGER_KAFKA_DIR");
  TL_CHECK(cluster != nullptr);
  return std::filesystem::path(cluster) / "broker-1/data" /
         (address.TopicOf(partition.stream) + "-" + std::to_string(partition.partition)) /
         "00000000000000000000.log";
}

}  // namespace

SegmentFile::SegmentFile(const log::KafkaAddress& address, const log::PartitionId& partition)
    : file_(FileOf(address, partition)) {
  const std::string bytes = ReadFile(file_);
  for (std::string_view rest = bytes; !rest.empty();) {
    TL_CHECK(rest.size() > kRecordsAt);
    const auto size = kAfterLength + ReadBigEndian(rest.substr(kLengthAt, 4));
    const std::string_view batch = rest.substr(0, size);
    TL_CHECK(batch.size() == size);
    TL_CHECK(log::Crc32c(batch.substr(kSignedAt)) == ReadBigEndian(batch.substr(kCrcAt, 4)));
    TL_CHECK(ReadBigEndian(batch.substr(kRecordsAt - 4, 4)) == 1);
    StoredBatch& read = batches.emplace_back();
    read.offset = ReadBigEndian(batch.substr(0, 8));
    read.signed_header = batch.substr(kSignedAt, kRecordsAt - kSignedAt);
    const bool compressed = (read.signed_header[1] & kCompression) == kZstd;
    const std::string records(batch.substr(kRecordsAt));
    read.value = ValueOf(compressed ? Decompress(records) : records);
    read.signed_header[1] = static_cast<char>(read.signed_header[1] & ~kCompression);
    rest.remove_prefix(size);
  }
}

void SegmentFile::Write() const {
  std::string bytes;
  for (const StoredBatch& batch : batches) {
    const std::string checked = batch.signed_header + RecordsOf(batch.value);
    bytes += BigEndian(batch.offset, 8) + BigEndian(kSignedAt - kAfterLength + checked.size(), 4) +
             BigEndian(0, 4) + std::string(1, 2) + BigEndian(log::Crc32c(checked), 4) + checked;
  }
  WriteFile(file_, bytes);
  for (const char* const index : {".index", ".timeindex"}) {
    std::filesystem::remove(std::filesystem::path(file_).replace_extension(index));
  }
}

void SegmentFile::SpoilInPlace(std::size_t batch) const {
  std::string bytes = ReadFile(file_);
  std::size_t begin = 0;
  for (std::size_t i = 0; i < batch; ++i) {
    begin += kAfterLength + ReadBigEndian(std::string_view(bytes).substr(begin + kLengthAt, 4));
  }
  const std::size_t end =
      begin + kAfterLength + ReadBigEndian(std::string_view(bytes).substr(begin + kLengthAt, 4));
  char& byte = bytes[(begin + kRecordsAt + end) / 2];
  byte = static_cast<char>(byte ^ 1);
  WriteFile(file_, bytes);
}

}  // namespace twinledger::testing
