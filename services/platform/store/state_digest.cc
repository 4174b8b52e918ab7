#include "platform/store/state_digest.h"

#include <bit>
#include <cstring>

#include "platform/crypto/keystream.h"

namespace twinledger::store {
namespace {

using Lanes = std::array<std::uint16_t, StateDigest::kLanes>;
using LaneBytes = std::array<std::uint8_t, 2 * StateDigest::kLanes>;

// Bytes are lanes already where the machine has their order, and a copy is all.
void ToLanes(const std::uint8_t* bytes, Lanes& lanes) {
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(lanes.data(), bytes, sizeof lanes);
  } else {
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      lanes[i] = static_cast<std::uint16_t>(bytes[2 * i] | bytes[2 * i + 1] << 8);
    }
  }
}

Lanes ElementLanes(std::string_view key, std::string_view value) {
  const auto length = static_cast<std::uint32_t>(key.size());
  const char prefix[4] = {static_cast<char>(length >> 24), static_cast<char>(length >> 16),
                          static_cast<char>(length >> 8), static_cast<char>(length)};
  LaneBytes stream;
  crypto::Keystream(crypto::Sha256({std::string_view(prefix, sizeof prefix), key, value}), stream);
  Lanes lanes;
  ToLanes(stream.data(), lanes);
  return lanes;
}

}  // namespace

bool StateDigest::FromBytes(std::string_view bytes, StateDigest& digest) {
  if (bytes.size() != 2 * kLanes) return false;
  ToLanes(reinterpret_cast<const std::uint8_t*>(bytes.data()), digest.lanes_);
  return true;
}

void StateDigest::Add(std::string_view key, std::string_view value) {
  const Lanes element = ElementLanes(key, value);
  for (std::size_t i = 0; i < kLanes; ++i) {
    lanes_[i] = static_cast<std::uint16_t>(lanes_[i] + element[i]);
  }
}

void StateDigest::Add(const StateDigest& other) {
  for (std::size_t i = 0; i < kLanes; ++i) {
    lanes_[i] = static_cast<std::uint16_t>(lanes_[i] + other.lanes_[i]);
  }
}

void StateDigest::Remove(std::string_view key, std::string_view value) {
  const Lanes element = ElementLanes(key, value);
  for (std::size_t i = 0; i < kLanes; ++i) {
    lanes_[i] = static_cast<std::uint16_t>(lanes_[i] - element[i]);
  }
}

std::string StateDigest::ToBytes() const {
  std::string bytes(2 * kLanes, '\0');
  for (std::size_t i = 0; i < kLanes; ++i) {
    bytes[2 * i] = static_cast<char>(lanes_[i] & 0xff);
    bytes[2 * i + 1] = static_cast<char>(lanes_[i] >> 8);
  }
  return bytes;
}

crypto::Hash StateDigest::Summary() const { return crypto::Sha256(ToBytes()); }

}  // namespace twinledger::store
