#include "platform/crypto/hmac.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <string>

#include "platform/base/check.h"

namespace twinledger::crypto {
namespace {

using MacHandle = std::unique_ptr<EVP_MAC_CTX, void (*)(EVP_MAC_CTX*)>;

constexpr unsigned char kNoKey = 0;

const unsigned char* MacInput(std::string_view bytes) {
  return bytes.empty() ? &kNoKey : reinterpret_cast<const unsigned char*>(bytes.data());
}

// With a key that says nothing: one without cannot be copied.
MacHandle MakeReady(std::string digest) {
  const std::unique_ptr<EVP_MAC, void (*)(EVP_MAC*)> hmac(EVP_MAC_fetch(nullptr, "HMAC", nullptr),
                                                          &EVP_MAC_free);
  MacHandle ready(EVP_MAC_CTX_new(hmac.get()), &EVP_MAC_CTX_free);
  const std::array<OSSL_PARAM, 2> parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_end()};
  TL_CHECK(EVP_MAC_init(ready.get(), &kNoKey, sizeof kNoKey, parameters.data()) == 1);
  return ready;
}

}  // namespace

Hmac::Hmac(const char* digest) : ready_(MakeReady(digest)) {}

void Hmac::Make(std::string_view key, std::initializer_list<std::string_view> parts,
                std::span<std::uint8_t> mac) const {
  const MacHandle context(EVP_MAC_CTX_dup(ready_.get()), &EVP_MAC_CTX_free);
  TL_CHECK(EVP_MAC_init(context.get(), MacInput(key), key.size(), nullptr) == 1);
  for (const std::string_view part : parts) {
    TL_CHECK(EVP_MAC_update(context.get(), MacInput(part), part.size()) == 1);
  }
  std::size_t size = 0;
  TL_CHECK(EVP_MAC_final(context.get(), mac.data(), &size, mac.size()) == 1);
  TL_CHECK(size == mac.size());
}

}  // namespace twinledger::crypto
