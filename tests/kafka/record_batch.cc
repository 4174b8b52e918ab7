#include "tests/kafka/record_batch.h"

#include "platform/base/check.h"
#include "platform/log/embedded/checksum.h"

namespace twinledger::testing {
namespace {

// From the attributes to the count.
std::string SignedHeader(char codec, int records) {
  constexpr std::uint64_t kNobody = ~std::uint64_t{0};
  const auto count = static_cast<std::uint64_t>(records);
  return BigEndian(static_cast<std::uint64_t>(codec), 2) + BigEndian(count - 1, 4) +
         BigEndian(0, 16) + BigEndian(kNobody, 8) + BigEndian(kNobody, 2) + BigEndian(kNobody, 4) +
         BigEndian(count, 4);
}

}  // namespace

std::string BigEndian(std::uint64_t number, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) {
    text.push_back(i < 8 ? static_cast<char>(number >> (8 * i) & 0xff) : '\0');
  }
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

std::string RecordHead(int number, std::size_t value_bytes) {
  const auto bytes = static_cast<std::int64_t>(value_bytes);
  const std::string head =
      std::string(1, '\0') + Varint(0) + Varint(number) + Varint(-1) + Varint(bytes);
  return Varint(static_cast<std::int64_t>(head.size()) + bytes + 1) + head;
}

std::string RecordOf(int number, const std::string& value) {
  return RecordHead(number, value.size()) + value + Varint(0);
}

std::string BatchOf(std::uint64_t offset, const std::string& checked) {
  return BigEndian(offset, 8) + BigEndian(kBatchSignedAt - kBatchLengthFrom + checked.size(), 4) +
         BigEndian(0, 4) + std::string(1, 2) + BigEndian(log::Crc32c(checked), 4) + checked;
}

std::string BatchOf(char codec, int records, const std::string& packed) {
  return BatchOf(0, SignedHeader(codec, records) + packed);
}

}  // namespace twinledger::testing
