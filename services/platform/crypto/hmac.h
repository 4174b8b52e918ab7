// HMAC (RFC 2104) on one digest, for what else is in crypto/.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>

struct evp_mac_ctx_st;  // OpenSSL's.

namespace twinledger::crypto {

// Threads: immutable, thread-safe.
class Hmac {
 public:
  explicit Hmac(const char* digest);  // As OpenSSL names it: "SHA256".

  // Of the concatenation of `parts`. REQUIRES: `mac` as long as the digest.
  void Make(std::string_view key, std::initializer_list<std::string_view> parts,
            std::span<std::uint8_t> mac) const;

 private:
  // To be copied by each use, since a copy wipes its key when it ends: what looks the algorithms up
  // by their names, as OpenSSL's HMAC() does at every call, takes as long as a short message.
  const std::unique_ptr<evp_mac_ctx_st, void (*)(evp_mac_ctx_st*)> ready_;
};

}  // namespace twinledger::crypto
