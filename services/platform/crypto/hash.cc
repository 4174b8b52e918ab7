#include "platform/crypto/hash.h"

#include <openssl/evp.h>

#include <algorithm>

#include "platform/base/check.h"
#include "platform/crypto/hmac.h"

namespace twinledger::crypto {
namespace {

// EVP_sha256() would fetch the algorithm anew at every digest, at twice the price of a short hash.
const EVP_MD* Sha256Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

EVP_MD_CTX* ThreadContext() {
  struct Owner {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    ~Owner() { EVP_MD_CTX_free(context); }
  };
  thread_local Owner owner;
  return owner.context;
}

}  // namespace

Hash Sha256(std::initializer_list<std::string_view> parts) {
  EVP_MD_CTX* context = ThreadContext();
  TL_CHECK(EVP_DigestInit_ex2(context, Sha256Algorithm(), nullptr) == 1);
  for (const std::string_view part : parts) {
    TL_CHECK(EVP_DigestUpdate(context, part.data(), part.size()) == 1);
  }
  Hash hash;
  TL_CHECK(EVP_DigestFinal_ex(context, hash.data(), nullptr) == 1);
  return hash;
}

Hash Sha256(std::string_view data) { return Sha256({data}); }

Hash HmacSha256(std::string_view key, std::string_view data) {
  static const auto* const mac = new Hmac("SHA256");  // Outlives every thread.
  Hash hash;
  mac->Make(key, {data}, hash);
  return hash;
}

std::string Hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    text += kDigits[static_cast<unsigned char>(byte) >> 4];
    text += kDigits[static_cast<unsigned char>(byte) & 0x0f];
  }
  return text;
}

std::string Hex(const Hash& hash) { return Hex(Bytes(hash)); }

bool ParseHash(std::string_view text, Hash& hash) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
  };
  if (text.size() != hash.size() * 2) return false;
  for (std::size_t i = 0; i < hash.size(); ++i) {
    const int high = digit(text[2 * i]);
    const int low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    hash[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

bool ParseTypedHash(std::string_view text, Hash& hash) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  return ParseHash(lower, hash);
}

bool HashFromBytes(std::string_view bytes, Hash& hash) {
  if (bytes.size() != hash.size()) return false;
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(hash.data()));
  return true;
}

}  // namespace twinledger::crypto
