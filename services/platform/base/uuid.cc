#include "platform/base/uuid.h"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace twinledger {
namespace {

constexpr std::size_t kTextLength = 36;
constexpr std::size_t kVersionAt = 14;
constexpr std::size_t kVariantAt = 19;
constexpr int kTimeBytes = 6;

bool IsDash(std::size_t index) { return index == 8 || index == 13 || index == 18 || index == 23; }

bool IsLowerHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

// Of 16 bytes, whose version and variant are set here.
std::string TextOf(std::string bytes, int version) {
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | (version << 4));
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    if (IsDash(text.size())) text += '-';
    text += kHex[static_cast<unsigned char>(byte) >> 4];
    text += kHex[static_cast<unsigned char>(byte) & 0x0f];
  }
  return text;
}

}  // namespace

bool IsUuid(std::string_view text) {
  if (text.size() != kTextLength) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (IsDash(i) ? text[i] != '-' : !IsLowerHex(text[i])) return false;
  }
  return true;
}

std::string RandomUuid(RandomSource& random) { return TextOf(random.Bytes(16), 4); }

std::string TimeOrderedUuid(WallTime now, RandomSource& random) {
  const auto since_1970 = std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch();
  const auto time = static_cast<std::uint64_t>(since_1970.count());
  std::string bytes;
  for (int i = kTimeBytes - 1; i >= 0; --i) bytes += static_cast<char>(time >> (8 * i));
  return TextOf(bytes + random.Bytes(16 - kTimeBytes), 7);
}

bool IsTimeOrderedUuid(std::string_view text) {
  constexpr std::string_view kVariants = "89ab";
  return IsUuid(text) && text[kVersionAt] == '7' &&
         kVariants.find(text[kVariantAt]) != std::string_view::npos;
}

}  // namespace twinledger
