// Where the keys of a keyring's file may stand, by key and by subject. It has their places and
// hashes, some 50 bytes of each: what a slot says is read from the file.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/container/inlined_vector.h>

#include <cstdint>
#include <map>

#include "platform/keyring/subject_key.h"

namespace twinledger::keyring {

// A slot of the file, counted from its begin: that of the header is 0.
using Place = std::uint32_t;
using Places = absl::InlinedVector<Place, 1>;

// Threads: confined to one, or guarded.
class KeyIndex {
 public:
  // Places come in the order of the file.
  void Add(const KeyId& id, const SubjectId& subject, Place place);

  // In the order of the file. All that have it, and seldom another one, whose hash is the same.
  Places Find(const KeyId& id) const { return by_id_.Find(HashOf(id)); }
  Places Find(const SubjectId& subject) const { return by_subject_.Find(HashOf(subject)); }

  using Hash = std::uint64_t;  // Of this process.
  static Hash HashOf(const KeyId& id);
  static Hash HashOf(const SubjectId& subject);

 private:
  // Nearly every hash has one place.
  class PlacesOfHashes {
   public:
    void Add(Hash hash, Place place);
    Places Find(Hash hash) const;

   private:
    absl::flat_hash_map<Hash, Place> first_;
    std::multimap<Hash, Place> others_;
  };

  PlacesOfHashes by_id_;
  PlacesOfHashes by_subject_;
};

}  // namespace twinledger::keyring
