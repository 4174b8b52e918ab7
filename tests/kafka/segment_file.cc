#include "tests/kafka/segment_file.h"

#include <zstd.h>

#include <cstdlib>
#include <utility>

#include "platform/base/check.h"
#include "platform/log/embedded/checksum.h"
#include "tests/kafka/record_batch.h"
#include "tests/support/temp_directory.h"

namespace twinledger::testing {
namespace {

constexpr std::size_t kValueBytesMax = 2 << 20;

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
    TL_CHECK(rest.size() > kBatchRecordsAt);
    const auto size = kBatchLengthFrom + ReadBigEndian(rest.substr(kBatchLengthAt, 4));
    const std::string_view batch = rest.substr(0, size);
    TL_CHECK(batch.size() == size);
    TL_CHECK(log::Crc32c(batch.substr(kBatchSignedAt)) ==
             ReadBigEndian(batch.substr(kBatchCrcAt, 4)));
    TL_CHECK(ReadBigEndian(batch.substr(kBatchRecordsAt - 4, 4)) == 1);
    StoredBatch& read = batches.emplace_back();
    read.offset = ReadBigEndian(batch.substr(0, 8));
    read.signed_header = batch.substr(kBatchSignedAt, kBatchRecordsAt - kBatchSignedAt);
    const bool compressed = (read.signed_header[1] & kCodecBits) == kZstd;
    const std::string records(batch.substr(kBatchRecordsAt));
    read.value = ValueOf(compressed ? Decompress(records) : records);
    read.signed_header[1] = static_cast<char>(read.signed_header[1] & ~kCodecBits);
    rest.remove_prefix(size);
  }
}

void SegmentFile::Write() const {
  std::string bytes;
  for (const StoredBatch& batch : batches) {
    bytes += BatchOf(batch.offset, batch.signed_header + RecordOf(0, batch.value));
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
    begin +=
        kBatchLengthFrom + ReadBigEndian(std::string_view(bytes).substr(begin + kBatchLengthAt, 4));
  }
  const std::size_t end = begin + kBatchLengthFrom +
                          ReadBigEndian(std::string_view(bytes).substr(begin + kBatchLengthAt, 4));
  char& byte = bytes[(begin + kBatchRecordsAt + end) / 2];
  byte = static_cast<char>(byte ^ 1);
  WriteFile(file_, bytes);
}

}  // namespace twinledger::testing
