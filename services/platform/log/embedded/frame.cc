#include "platform/log/embedded/frame.h"

#include <zstd.h>

#include <memory>
#include <utility>

#include "platform/base/check.h"
#include "platform/base/planted_bug.h"
#include "platform/log/embedded/byte_order.h"
#include "platform/log/embedded/checksum.h"

namespace twinledger::log {
namespace {

// Level 1 compresses records to within a few per cent of level 3 at more than twice its speed.
constexpr int kCompressionLevel = 1;

// Contexts are kept: making one costs more than compressing a small record.
ZSTD_CCtx* Compressor() {
  thread_local const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(),
                                                                                  &ZSTD_freeCCtx);
  return context.get();
}

ZSTD_DCtx* Decompressor() {
  thread_local const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(),
                                                                                  &ZSTD_freeDCtx);
  return context.get();
}

}  // namespace

Packed Pack(std::string record) {
  TL_CHECK(record.size() <= kRecordBytesMax);
  Packed packed;
  packed.raw_size = static_cast<std::uint32_t>(record.size());
  std::string compressed(ZSTD_compressBound(record.size()), '\0');
  const std::size_t size = ZSTD_compressCCtx(Compressor(), compressed.data(), compressed.size(),
                                             record.data(), record.size(), kCompressionLevel);
  if (ZSTD_isError(size) == 0 && size < record.size()) {
    compressed.resize(size);
    packed.codec = Codec::kZstd;
    packed.bytes = std::move(compressed);
  } else {
    packed.bytes = std::move(record);
  }
  return packed;
}

std::optional<std::string> Unpack(const FrameHeader& header, std::string_view payload) {
  if (payload.size() != header.stored_size || Crc32c(payload) != header.payload_crc) {
    return std::nullopt;
  }
  if (header.codec == Codec::kRaw) {
    if (header.raw_size != header.stored_size) return std::nullopt;
    return std::string(payload);
  }
  std::string record(header.raw_size, '\0');
  const std::size_t size = ZSTD_decompressDCtx(Decompressor(), record.data(), record.size(),
                                               payload.data(), payload.size());
  if (ZSTD_isError(size) != 0 || size != record.size()) return std::nullopt;
  return record;
}

void PutFrame(std::string& out, const FrameHeader& header, const Packed& packed) {
  std::string covered;
  PutNumber(covered, header.place.segment);
  PutNumber(covered, header.place.byte);
  PutNumber(covered, Crc32c(packed.bytes));
  PutNumber(covered, header.group_distance);
  PutNumber(covered, header.offset);
  PutNumber(covered, header.first_sequence);
  PutNumber(covered, packed.raw_size);
  PutNumber(covered, static_cast<std::uint32_t>(packed.bytes.size()));
  PutNumber(covered, header.partition.partition);
  PutNumber(covered, header.commits);
  PutNumber(covered, static_cast<std::uint8_t>(packed.codec));
  PutNumber(covered, static_cast<std::uint8_t>(header.partition.stream.size()));
  covered += header.partition.stream;
  out += kFrameMagic;
  PutNumber(out, Crc32c(covered));
  out += covered;
  out += packed.bytes;
}

std::optional<FrameHeader> ParseFrameHeader(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.Bytes(kFrameMagic.size()) != kFrameMagic) return std::nullopt;
  const auto crc = in.Number<std::uint32_t>();
  const std::string_view covered = in.rest();
  FrameHeader header;
  header.place.segment = in.Number<std::uint64_t>();
  header.place.byte = in.Number<std::uint64_t>();
  header.payload_crc = in.Number<std::uint32_t>();
  header.group_distance = in.Number<std::uint32_t>();
  header.offset = in.Number<std::uint64_t>();
  header.first_sequence = in.Number<std::uint64_t>();
  header.raw_size = in.Number<std::uint32_t>();
  header.stored_size = in.Number<std::uint32_t>();
  header.partition.partition = in.Number<std::uint32_t>();
  header.commits = in.Number<std::uint16_t>();
  const auto codec = in.Number<std::uint8_t>();
  header.partition.stream = in.Bytes(in.Number<std::uint8_t>());
  if (!in.ok() || Crc32c(covered.substr(0, covered.size() - in.rest().size())) != crc) {
    return std::nullopt;
  }
  const bool too_large =
      header.raw_size > kRecordBytesMax && !Planted(PlantedBug::kFrameSizeBelieved);
  if (codec > static_cast<std::uint8_t>(Codec::kZstd) || too_large ||
      header.stored_size > header.raw_size) {
    return std::nullopt;
  }
  header.codec = static_cast<Codec>(codec);
  return header;
}

}  // namespace twinledger::log
