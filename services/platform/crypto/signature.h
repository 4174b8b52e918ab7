// Signing keys and the signatures that they make (Ed25519, RFC 8032). The algorithm belongs to the
// key.
//
// What is signed is always a domain tag, a zero byte and the message, so that a signature made for
// one purpose proves nothing for another.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "platform/base/random.h"
#include "platform/base/result.h"
#include "twinledger/log/v1/record.pb.h"

namespace twinledger::crypto {

// First 16 bytes of SHA-256 over algorithm (one byte) and key.
std::string KeyIdOf(const log::v1::PublicKey& key);

// False for an unknown algorithm, a malformed key and a wrong signature alike.
bool Verify(const log::v1::PublicKey& key, std::string_view tag, std::string_view message,
            std::string_view signature);

// Threads: immutable, thread-safe.
class SigningKey {
 public:
  static SigningKey Generate(RandomSource& random);
  static SigningKey FromSeed(std::string_view seed);        // REQUIRES: 32 bytes.
  static Result<SigningKey> FromPem(std::string_view pem);  // PKCS #8, not encrypted.

  std::string ToPem() const;
  const log::v1::PublicKey& public_key() const { return public_key_; }
  const std::string& key_id() const { return key_id_; }
  std::string Sign(std::string_view tag, std::string_view message) const;

 private:
  struct Key;
  explicit SigningKey(std::shared_ptr<const Key> key);

  std::shared_ptr<const Key>
      key_;  // Shared by copies: immutable, and OpenSSL's handle is not copied.
  log::v1::PublicKey public_key_;
  std::string key_id_;
};

}  // namespace twinledger::crypto
