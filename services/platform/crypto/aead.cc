#include "platform/crypto/aead.h"

#include <openssl/evp.h>

#include <array>
#include <limits>
#include <memory>

#include "platform/base/check.h"

namespace twinledger::crypto {
namespace {

// Not one a thread for all calls: freeing it is what wipes the key schedule.
using GcmHandle = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

// Fetched once: EVP_aes_256_gcm() would look the algorithm up at every call.
const EVP_CIPHER* Gcm() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return cipher;
}

const unsigned char* GcmInput(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

GcmHandle StartGcm(const SecretBytes& key, std::string_view nonce, std::string_view additional,
                   std::string_view text, bool encrypt) {
  constexpr auto kSizeMax = static_cast<std::size_t>(std::numeric_limits<int>::max());
  TL_CHECK(key.size() == kAeadKeyBytes && nonce.size() == kAeadNonceBytes);
  TL_CHECK(additional.size() < kSizeMax && text.size() < kSizeMax);
  GcmHandle context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  TL_CHECK(EVP_CipherInit_ex2(context.get(), Gcm(), GcmInput(key.bytes()), GcmInput(nonce),
                              encrypt ? 1 : 0, nullptr) == 1);
  int size = 0;
  TL_CHECK(additional.empty() ||
           EVP_CipherUpdate(context.get(), nullptr, &size, GcmInput(additional),
                            static_cast<int>(additional.size())) == 1);
  return context;
}

// Decrypts into `out`, which has the size of the plaintext; whether it is authentic.
bool OpenGcm(const SecretBytes& key, std::string_view nonce, std::string_view additional,
             std::string_view sealed, unsigned char* out) {
  const std::string_view ciphertext = sealed.substr(0, sealed.size() - kAeadTagBytes);
  std::string tag(sealed.substr(ciphertext.size()));
  const GcmHandle context = StartGcm(key, nonce, additional, ciphertext, false);
  int size = 0;
  TL_CHECK(ciphertext.empty() || EVP_CipherUpdate(context.get(), out, &size, GcmInput(ciphertext),
                                                  static_cast<int>(ciphertext.size())) == 1);
  TL_CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kAeadTagBytes, tag.data()) ==
           1);
  std::array<unsigned char, 16> rest;  // GCM leaves none; the call wants a place.
  return EVP_CipherFinal_ex(context.get(), rest.data(), &size) == 1;
}

}  // namespace

std::string SealAes256Gcm(const SecretBytes& key, std::string_view nonce,
                          std::string_view additional, std::string_view plaintext) {
  const GcmHandle context = StartGcm(key, nonce, additional, plaintext, true);
  std::string sealed(plaintext.size() + kAeadTagBytes, '\0');
  auto* const out = reinterpret_cast<unsigned char*>(sealed.data());
  int size = 0;
  TL_CHECK(plaintext.empty() || EVP_CipherUpdate(context.get(), out, &size, GcmInput(plaintext),
                                                 static_cast<int>(plaintext.size())) == 1);
  std::array<unsigned char, 16> rest;
  TL_CHECK(EVP_CipherFinal_ex(context.get(), rest.data(), &size) == 1);
  TL_CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kAeadTagBytes,
                               out + plaintext.size()) == 1);
  return sealed;
}

std::optional<std::string> OpenAes256Gcm(const SecretBytes& key, std::string_view nonce,
                                         std::string_view additional, std::string_view sealed) {
  if (sealed.size() < kAeadTagBytes) return std::nullopt;
  std::string plaintext(sealed.size() - kAeadTagBytes, '\0');
  if (OpenGcm(key, nonce, additional, sealed, reinterpret_cast<unsigned char*>(plaintext.data()))) {
    return plaintext;
  }
  Cleanse(plaintext);
  return std::nullopt;
}

std::optional<SecretBytes> OpenSecretAes256Gcm(const SecretBytes& key, std::string_view nonce,
                                               std::string_view additional,
                                               std::string_view sealed) {
  if (sealed.size() < kAeadTagBytes || sealed.size() > kAeadTagBytes + SecretBytes::kSizeMax) {
    return std::nullopt;
  }
  SecretBytes secret(sealed.size() - kAeadTagBytes);
  if (!OpenGcm(key, nonce, additional, sealed, secret.writable().data())) return std::nullopt;
  return secret;
}

}  // namespace twinledger::crypto
