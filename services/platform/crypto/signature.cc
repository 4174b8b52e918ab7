#include "platform/crypto/signature.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <utility>

#include "platform/base/check.h"
#include "platform/crypto/hash.h"
#include "platform/crypto/private_key.h"

namespace twinledger::crypto {
namespace {

constexpr std::size_t kSeedSize = 32;
constexpr std::size_t kKeyIdSize = 16;
constexpr std::size_t kSignatureSize = 64;

using DigestHandle = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
using BioHandle = std::unique_ptr<BIO, decltype(&BIO_free)>;

const unsigned char* Data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string Tagged(std::string_view tag, std::string_view message) {
  std::string signed_bytes;
  signed_bytes.reserve(tag.size() + 1 + message.size());
  signed_bytes.append(tag).append(1, '\0').append(message);
  return signed_bytes;
}

}  // namespace

struct SigningKey::Key {
  explicit Key(KeyHandle key) : handle(std::move(key)), ready(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    TL_CHECK(EVP_DigestSignInit(ready.get(), nullptr, nullptr, nullptr, handle.get()) == 1);
  }

  const KeyHandle handle;
  // To be copied by each signature: making it anew takes a tenth of the time of a signature.
  const DigestHandle ready;
};

std::string KeyIdOf(const log::v1::PublicKey& key) {
  const char algorithm = static_cast<char>(key.algorithm());
  const Hash hash = Sha256({std::string_view(&algorithm, 1), key.value()});
  return std::string(Bytes(hash).substr(0, kKeyIdSize));
}

bool Verify(const log::v1::PublicKey& key, std::string_view tag, std::string_view message,
            std::string_view signature) {
  if (key.algorithm() != log::v1::KEY_ALGORITHM_ED25519) return false;
  if (signature.size() != kSignatureSize) return false;
  const KeyHandle handle(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Data(key.value()), key.value().size()),
      &EVP_PKEY_free);
  if (handle == nullptr) return false;
  const DigestHandle digest(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const std::string signed_bytes = Tagged(tag, message);
  return EVP_DigestVerifyInit(digest.get(), nullptr, nullptr, nullptr, handle.get()) == 1 &&
         EVP_DigestVerify(digest.get(), Data(signature), signature.size(), Data(signed_bytes),
                          signed_bytes.size()) == 1;
}

SigningKey::SigningKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {
  std::string raw(kSeedSize, '\0');
  std::size_t size = raw.size();
  TL_CHECK(EVP_PKEY_get_raw_public_key(key_->handle.get(),
                                       reinterpret_cast<unsigned char*>(raw.data()), &size) == 1);
  public_key_.set_algorithm(log::v1::KEY_ALGORITHM_ED25519);
  public_key_.set_value(std::move(raw));
  key_id_ = KeyIdOf(public_key_);
}

SigningKey SigningKey::Generate(RandomSource& random) { return FromSeed(random.Bytes(kSeedSize)); }

SigningKey SigningKey::FromSeed(std::string_view seed) {
  TL_CHECK(seed.size() == kSeedSize);
  KeyHandle handle(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, Data(seed), seed.size()),
                   &EVP_PKEY_free);
  TL_CHECK(handle != nullptr);
  return SigningKey(std::make_shared<const Key>(std::move(handle)));
}

Result<SigningKey> SigningKey::FromPem(std::string_view pem) {
  KeyHandle handle = ParsePrivateKey(pem);
  if (handle == nullptr || EVP_PKEY_get_id(handle.get()) != EVP_PKEY_ED25519) {
    return Error{Code::kInvalidArgument, "not an Ed25519 private key in PKCS #8 PEM", "BAD_KEY"};
  }
  return SigningKey(std::make_shared<const Key>(std::move(handle)));
}

std::string SigningKey::ToPem() const {
  const BioHandle bio(BIO_new(BIO_s_mem()), &BIO_free);
  TL_CHECK(PEM_write_bio_PKCS8PrivateKey(bio.get(), key_->handle.get(), nullptr, nullptr, 0,
                                         nullptr, nullptr) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

std::string SigningKey::Sign(std::string_view tag, std::string_view message) const {
  const DigestHandle digest(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const std::string signed_bytes = Tagged(tag, message);
  std::string signature(kSignatureSize, '\0');
  std::size_t size = signature.size();
  TL_CHECK(EVP_MD_CTX_copy_ex(digest.get(), key_->ready.get()) == 1);
  TL_CHECK(EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                          Data(signed_bytes), signed_bytes.size()) == 1);
  TL_CHECK(size == kSignatureSize);
  return signature;
}

}  // namespace twinledger::crypto
