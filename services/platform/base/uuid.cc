#include "platform/base/uuid.h"

#include <cstddef>

namespace twinledger {
namespace {

constexpr std::size_t kTextLength = 36;

bool IsDash(std::size_t index) { return index == 8 || index == 13 || index == 18 || index == 23; }

bool IsLowerHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

}  // namespace

bool IsUuid(std::string_view text) {
  if (text.size() != kTextLength) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (IsDash(i) ? text[i] != '-' : !IsLowerHex(text[i])) return false;
  }
  return true;
}

std::string RandomUuid(RandomSource& random) {
  std::string bytes = random.Bytes(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
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

}  // namespace twinledger
