// AES-256-GCM (NIST SP 800-38D), nonces of 96 bits and tags of 128. A key and a nonce are used once
// together: whoever calls sees to it.
//
// GCM does not commit to its key: who holds two keys can make one ciphertext that opens under both,
// to different texts. Where that matters the key is committed to beside it
// (keyring/sealed_field.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/crypto/secret_bytes.h"

namespace twinledger::crypto {

inline constexpr std::size_t kAeadKeyBytes = 32;
inline constexpr std::size_t kAeadNonceBytes = 12;
inline constexpr std::size_t kAeadTagBytes = 16;

// Ciphertext and tag. `additional` is authenticated with it and not part of it. REQUIRES: a key and
// a nonce of the sizes above, and less than 2 GiB.
std::string SealAes256Gcm(const SecretBytes& key, std::string_view nonce,
                          std::string_view additional, std::string_view plaintext);

// Nothing unless `sealed` was made by that key, nonce and additional data; not one byte of what
// fails to authenticate is given out.
std::optional<std::string> OpenAes256Gcm(const SecretBytes& key, std::string_view nonce,
                                         std::string_view additional, std::string_view sealed);

// A wrapped key, which is not to pass through ordinary memory.
std::optional<SecretBytes> OpenSecretAes256Gcm(const SecretBytes& key, std::string_view nonce,
                                               std::string_view additional,
                                               std::string_view sealed);

}  // namespace twinledger::crypto
