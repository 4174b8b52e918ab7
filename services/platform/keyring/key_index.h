// What is in a keyring's file, to be found by key and by subject.
#pragma once

#include <cstdint>
#include <deque>
#include <string_view>
#include <unordered_map>

#include "platform/keyring/keyring_file.h"

namespace twinledger::keyring {

// Threads: confined to one, or guarded.
class KeyIndex {
 public:
  // False if the key is here already, with other contents: one of the two is not genuine. An erased
  // key stays erased, in whatever order the entries come.
  [[nodiscard]] bool Add(KeyEntry entry);

  // Whether two entries with one id can both be genuine.
  static bool IsOneKey(const KeyEntry& left, const KeyEntry& right);

  // Null if there is none. Valid until the index ends or the key is erased.
  const KeyEntry* Find(const KeyId& id) const;
  // The first key that the subject got; one that is erased only if all of them are. Two replicas
  // that could not see one another may each have made one.
  const KeyEntry* Find(const SubjectId& subject) const;

  std::uint64_t keys() const { return entries_.size() - erased_; }
  std::uint64_t erased() const { return erased_; }
  const std::deque<KeyEntry>& entries() const { return entries_; }

 private:
  void PreferLive(const SubjectId& subject);

  struct IdHash {
    std::size_t operator()(const KeyId& id) const;
  };

  std::deque<KeyEntry> entries_;  // In order of the file; never moved.
  std::unordered_map<KeyId, KeyEntry*, IdHash> by_id_;
  std::unordered_map<std::string_view, KeyEntry*> by_subject_;
  std::uint64_t erased_ = 0;
};

}  // namespace twinledger::keyring
