#include "platform/crypto/private_key.h"

#include <openssl/bio.h>
#include <openssl/pem.h>

namespace twinledger::crypto {

KeyHandle ParsePrivateKey(std::string_view pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  const auto no_passphrase = [](char*, int, int, void*) { return -1; };
  return KeyHandle(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr),
                   &EVP_PKEY_free);
}

}  // namespace twinledger::crypto
