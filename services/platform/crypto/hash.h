// SHA-256 and HMAC-SHA-256 by OpenSSL. Only crypto/ includes OpenSSL.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace twinledger::crypto {

using Hash = std::array<std::uint8_t, 32>;

Hash Sha256(std::string_view data);
Hash Sha256(std::initializer_list<std::string_view> parts);  // Of their concatenation.
Hash HmacSha256(std::string_view key, std::string_view data);

std::string Hex(std::string_view bytes);  // Lower case.
std::string Hex(const Hash& hash);

// False unless `text` is 64 lower-case hexadecimal digits.
bool ParseHash(std::string_view text, Hash& hash);

// As people type and paste it: upper case too.
bool ParseTypedHash(std::string_view text, Hash& hash);

inline std::string_view Bytes(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

// False unless `bytes` is 32 bytes long.
bool HashFromBytes(std::string_view bytes, Hash& hash);

}  // namespace twinledger::crypto
