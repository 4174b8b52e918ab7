// Numbers as the keyring writes them: big-endian.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace twinledger::keyring {

inline void AppendU32(std::string& out, std::uint32_t number) {
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>((number >> shift) & 0xff);
}

// REQUIRES: 4 bytes.
inline std::uint32_t ReadU32(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char byte : bytes.substr(0, 4)) {
    number = (number << 8) | static_cast<unsigned char>(byte);
  }
  return number;
}

}  // namespace twinledger::keyring
