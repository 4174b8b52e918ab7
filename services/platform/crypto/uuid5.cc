#include "platform/crypto/uuid5.h"

#include <openssl/evp.h>

#include <array>
#include <cstdint>

#include "platform/base/check.h"
#include "platform/base/uuid.h"
#include "platform/crypto/hash.h"

namespace twinledger::crypto {

namespace {

// Fetched once: EVP_sha1() would look the algorithm up at every call.
const EVP_MD* Sha1Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  return algorithm;
}

// Of a UUID's text, which is in lower case.
int DigitOf(char letter) { return letter <= '9' ? letter - '0' : letter - 'a' + 10; }

}  // namespace

std::string Uuid5(std::string_view space, std::string_view name) {
  TL_CHECK(IsUuid(space));
  std::string input;
  for (std::size_t i = 0; i < space.size(); i += 2) {
    if (space[i] == '-') ++i;
    input += static_cast<char>(DigitOf(space[i]) << 4 | DigitOf(space[i + 1]));
  }
  input += name;
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  TL_CHECK(EVP_Digest(input.data(), input.size(), digest.data(), nullptr, Sha1Algorithm(),
                      nullptr) == 1);
  digest[6] = static_cast<std::uint8_t>((digest[6] & 0x0f) | 0x50);
  digest[8] = static_cast<std::uint8_t>((digest[8] & 0x3f) | 0x80);
  std::string text = Hex(std::string_view(reinterpret_cast<const char*>(digest.data()), 16));
  for (const std::size_t dash : {8U, 13U, 18U, 23U}) text.insert(dash, "-");
  return text;
}

}  // namespace twinledger::crypto
