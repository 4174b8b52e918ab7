// One number for all rows of a partition, whatever the order they were written in: LtHash16, a
// cryptographic multiset hash (Bellare and Micciancio 1997; Lewi et al. 2019). Replicas, a rebuild,
// a backup and an auditor compare it at one position.
//
//   element = SHA-256(key length (u32be) || key || value)
//   lanes   = 1024 u16le from the AES-256-CTR keystream under that key, counter from 0
//   state   = sum of the lanes of all elements modulo 2^16; shown as SHA-256 of its 2048 bytes
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "platform/crypto/hash.h"

namespace twinledger::store {

// Threads: a value.
class StateDigest {
 public:
  static constexpr std::size_t kLanes = 1024;

  StateDigest() = default;
  static bool FromBytes(std::string_view bytes, StateDigest& digest);  // As ToBytes made them.

  void Add(std::string_view key, std::string_view value);
  void Remove(std::string_view key, std::string_view value);
  void Add(const StateDigest& other);  // All rows of another one.

  std::string ToBytes() const;  // 2048 bytes.
  crypto::Hash Summary() const;

  friend bool operator==(const StateDigest&, const StateDigest&) = default;

 private:
  std::array<std::uint16_t, kLanes> lanes_{};
};

}  // namespace twinledger::store
