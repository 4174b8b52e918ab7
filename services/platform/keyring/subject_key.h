// The key of one subject: an official, a person among the principals, the free text of a record.
// Who has it reads every field that was sealed for the subject; destroying it erases them all,
// wherever copies of them lie.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "platform/base/strong_id.h"
#include "platform/crypto/secret_bytes.h"

namespace twinledger::keyring {

// Whom a key is for: "official/<uuid>", "principal/<uuid>", "record/<uuid>". A random handle, which
// says nothing of the person, of 1 to kSubjectBytesMax printable ASCII characters.
using SubjectId = StrongId<struct KeySubjectTag>;
inline constexpr std::size_t kSubjectBytesMax = 64;

using KeyId = std::array<std::uint8_t, 16>;  // Random.

// What a key is committed to by: the first 32 bytes of HMAC-SHA-384(key, "twinledger/commit/v1").
// It tells the key from any other and nothing of the key.
using KeyCheck = std::array<std::uint8_t, 32>;

inline constexpr std::size_t kSubjectKeyBytes = 32;

struct SubjectKey {
  static SubjectKey Of(const KeyId& id, crypto::SecretBytes secret);

  KeyId id{};
  KeyCheck check{};            // Of the secret.
  crypto::SecretBytes secret;  // kSubjectKeyBytes.
};

KeyCheck KeyCheckOf(const crypto::SecretBytes& secret);

template <std::size_t kSize>
std::string_view BytesOf(const std::array<std::uint8_t, kSize>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), kSize};
}

// REQUIRES: `bytes` of that size.
template <std::size_t kSize>
std::array<std::uint8_t, kSize> ArrayOf(std::string_view bytes) {
  std::array<std::uint8_t, kSize> array{};
  for (std::size_t i = 0; i < kSize; ++i) array[i] = static_cast<std::uint8_t>(bytes[i]);
  return array;
}

}  // namespace twinledger::keyring
