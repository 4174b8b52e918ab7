// Record batches as Kafka's protocol describes them (version 2), byte by byte.
//
//   batch: offset:8 length:4 epoch:4 version:1 crc:4 | attributes:2 last:4 times:16 producer:14
//          count:4 records          numbers are big-endian; the checksum, CRC-32C, begins at the
//          bar
//   record: length attributes:1 time offset key value headers          numbers are zigzag varints
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace twinledger::testing {

inline constexpr std::size_t kBatchLengthAt = 8;
inline constexpr std::size_t kBatchLengthFrom = 12;  // It counts what follows.
inline constexpr std::size_t kBatchCrcAt = 17;
inline constexpr std::size_t kBatchSignedAt = 21;
inline constexpr std::size_t kBatchRecordsAt = 61;

// The codec, among the attributes.
inline constexpr char kCodecBits = 7;
inline constexpr char kGzip = 1;
inline constexpr char kZstd = 4;

std::string BigEndian(std::uint64_t number, int bytes);
std::uint64_t ReadBigEndian(std::string_view bytes);

std::string Varint(std::int64_t number);
std::int64_t TakeVarint(std::string_view& bytes);

// All of a record in front of its value, of `value_bytes`; `number` among those of its batch. One
// varint, of no headers, stands behind the value.
std::string RecordHead(int number, std::size_t value_bytes);
std::string RecordOf(int number, const std::string& value);

// `checked` is what stands behind the bar.
std::string BatchOf(std::uint64_t offset, const std::string& checked);
// Of nobody's session. `packed` are the records, as the codec has them.
std::string BatchOf(char codec, int records, const std::string& packed);

}  // namespace twinledger::testing
