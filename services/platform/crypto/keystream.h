// The keystream of AES-256-CTR: as many bytes as asked for, which only who knows the key can tell
// from random ones. Stretches a hash to any length.
#pragma once

#include <cstdint>
#include <span>

#include "platform/crypto/hash.h"

namespace twinledger::crypto {

// Fills `out` from the beginning of the stream: the 128-bit counter starts at 0.
void Keystream(const Hash& key, std::span<std::uint8_t> out);

}  // namespace twinledger::crypto
