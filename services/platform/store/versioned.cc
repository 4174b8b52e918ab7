#include "platform/store/versioned.h"

#include "platform/crypto/hash.h"

namespace twinledger::store {
namespace {

constexpr std::size_t kEtagBytes = 16;

}  // namespace

std::string EtagOf(const RowVersion& version) {
  std::string sequence;
  for (int shift = 56; shift >= 0; shift -= 8) {
    sequence += static_cast<char>(version.sequence >> shift);
  }
  const crypto::Hash hash = crypto::Sha256({version.bytes, sequence});
  return crypto::Hex(crypto::Bytes(hash).substr(0, kEtagBytes));
}

}  // namespace twinledger::store
