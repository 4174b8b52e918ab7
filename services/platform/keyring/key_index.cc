#include "platform/keyring/key_index.h"

#include <absl/hash/hash.h>

#include <cstring>

namespace twinledger::keyring {

void KeyIndex::Add(const KeyId& id, const SubjectId& subject, Place place) {
  by_id_.Add(HashOf(id), place);
  by_subject_.Add(HashOf(subject), place);
}

KeyIndex::Hash KeyIndex::HashOf(const KeyId& id) {
  Hash hash = 0;  // Ids are random: any part of one will do.
  std::memcpy(&hash, id.data(), sizeof hash);
  return hash;
}

KeyIndex::Hash KeyIndex::HashOf(const SubjectId& subject) { return absl::HashOf(subject.value()); }

void KeyIndex::PlacesOfHashes::Add(Hash hash, Place place) {
  if (!first_.emplace(hash, place).second) others_.emplace(hash, place);
}

Places KeyIndex::PlacesOfHashes::Find(Hash hash) const {
  Places places;
  const auto first = first_.find(hash);
  if (first == first_.end()) return places;
  places.push_back(first->second);
  const auto [begin, end] = others_.equal_range(hash);  // In the order of insertion.
  for (auto other = begin; other != end; ++other) places.push_back(other->second);
  return places;
}

}  // namespace twinledger::keyring
