#include "platform/crypto/key_derivation.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <array>
#include <memory>

#include "platform/base/check.h"

namespace twinledger::crypto {
namespace {

using KdfHandle = std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)>;

const EVP_MD* Sha384Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA384", nullptr);
  return algorithm;
}

EVP_KDF* Hkdf() {
  // Not const to OpenSSL, which counts who uses it.
  static EVP_KDF* const kdf =  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
      EVP_KDF_fetch(nullptr, "HKDF", nullptr);
  return kdf;
}

// OpenSSL takes inputs through pointers that are not const, and does not write to them.
OSSL_PARAM InputOf(const char* name, std::string_view bytes) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(bytes.data()), bytes.size());
}

}  // namespace

Mac384 HmacSha384(std::string_view key, std::string_view data) {
  Mac384 mac;
  unsigned int size = 0;
  TL_CHECK(HMAC(Sha384Algorithm(), key.data(), static_cast<int>(key.size()),
                reinterpret_cast<const unsigned char*>(data.data()), data.size(), mac.data(),
                &size) != nullptr);
  TL_CHECK(size == mac.size());
  return mac;
}

SecretBytes HkdfSha384(std::string_view key, std::string_view salt, std::string_view info,
                       std::size_t size) {
  TL_CHECK(!key.empty() && salt.size() <= kHkdfInputMax && info.size() <= kHkdfInputMax);
  char digest[] = "SHA384";
  const std::array<OSSL_PARAM, 5> parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      InputOf(OSSL_KDF_PARAM_KEY, key), InputOf(OSSL_KDF_PARAM_SALT, salt),
      InputOf(OSSL_KDF_PARAM_INFO, info), OSSL_PARAM_construct_end()};
  const KdfHandle context(EVP_KDF_CTX_new(Hkdf()), &EVP_KDF_CTX_free);
  SecretBytes derived(size);
  TL_CHECK(EVP_KDF_derive(context.get(), derived.writable().data(), size, parameters.data()) == 1);
  return derived;
}

}  // namespace twinledger::crypto
