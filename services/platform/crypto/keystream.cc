#include "platform/crypto/keystream.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "platform/base/check.h"

namespace twinledger::crypto {
namespace {

// Fetched once: EVP_aes_256_ctr() would look the algorithm up at every call.
const EVP_CIPHER* CounterMode() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-CTR", nullptr);
  return cipher;
}

EVP_CIPHER_CTX* ThreadCipherContext() {
  struct Owner {
    // The algorithm stays with the context, so that a stream costs a key schedule and no more.
    Owner() {
      TL_CHECK(EVP_EncryptInit_ex2(context, CounterMode(), nullptr, nullptr, nullptr) == 1);
    }
    ~Owner() { EVP_CIPHER_CTX_free(context); }
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  };
  thread_local Owner owner;
  return owner.context;
}

}  // namespace

void Keystream(const Hash& key, std::span<std::uint8_t> out) {
  constexpr std::array<std::uint8_t, 16> kCounterFromZero{};
  EVP_CIPHER_CTX* context = ThreadCipherContext();
  // The stream is what zeros encrypt to.
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  int written = 0;
  TL_CHECK(EVP_EncryptInit_ex2(context, nullptr, key.data(), kCounterFromZero.data(), nullptr) ==
           1);
  TL_CHECK(EVP_EncryptUpdate(context, out.data(), &written, out.data(),
                             static_cast<int>(out.size())) == 1);
  TL_CHECK(static_cast<std::size_t>(written) == out.size());
}

}  // namespace twinledger::crypto
