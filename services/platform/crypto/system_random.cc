#include "platform/crypto/system_random.h"

#include <openssl/rand.h>

#include "platform/base/check.h"

namespace twinledger::crypto {

std::string SystemRandom::Bytes(std::size_t count) {
  std::string bytes(count, '\0');
  TL_CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) ==
           1);
  return bytes;
}

}  // namespace twinledger::crypto
