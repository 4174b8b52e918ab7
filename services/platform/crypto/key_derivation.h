// Keys and commitments from keys: HMAC (RFC 2104) and HKDF (RFC 5869) on SHA-384.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "platform/crypto/secret_bytes.h"

namespace twinledger::crypto {

using Mac384 = std::array<std::uint8_t, 48>;

Mac384 HmacSha384(std::string_view key, std::string_view data);

inline std::string_view Bytes(const Mac384& mac) {
  return {reinterpret_cast<const char*>(mac.data()), mac.size()};
}

// Extract and expand. REQUIRES: a key that is not empty, at most SecretBytes::kSizeMax bytes asked
// for, and salt and info of at most kHkdfInputMax bytes each.
inline constexpr std::size_t kHkdfInputMax = 1024;
SecretBytes HkdfSha384(std::string_view key, std::string_view salt, std::string_view info,
                       std::size_t size);

}  // namespace twinledger::crypto
