#include "platform/keyring/key_index.h"

#include <cstring>
#include <utility>

namespace twinledger::keyring {
namespace {

bool IsErased(const KeyEntry& entry) { return entry.kind == KeyEntry::Kind::kErased; }

}  // namespace

std::size_t KeyIndex::IdHash::operator()(const KeyId& id) const {
  std::size_t hash = 0;  // Ids are random: any part of one will do.
  std::memcpy(&hash, id.data(), sizeof hash);
  return hash;
}

bool KeyIndex::IsOneKey(const KeyEntry& left, const KeyEntry& right) {
  if (left.subject != right.subject || left.check != right.check) return false;
  return left.kind != right.kind || left == right;
}

bool KeyIndex::Add(KeyEntry entry) {
  if (const auto found = by_id_.find(entry.id); found != by_id_.end()) {
    KeyEntry& known = *found->second;
    if (!IsOneKey(known, entry)) return false;
    if (IsErased(known) || !IsErased(entry)) return true;
    known.kind = KeyEntry::Kind::kErased;  // In place: the subject's text is what a map refers to.
    known.nonce = {};
    known.wrapped = {};
    ++erased_;
    PreferLive(known.subject);
    return true;
  }
  KeyEntry& added = entries_.emplace_back(std::move(entry));
  by_id_.emplace(added.id, &added);
  erased_ += IsErased(added) ? 1 : 0;
  KeyEntry*& of_subject = by_subject_[added.subject.value()];
  if (of_subject == nullptr || IsErased(*of_subject)) of_subject = &added;
  return true;
}

void KeyIndex::PreferLive(const SubjectId& subject) {
  KeyEntry*& of_subject = by_subject_[subject.value()];
  for (KeyEntry& entry : entries_) {
    if (entry.subject != subject || IsErased(entry)) continue;
    of_subject = &entry;
    return;
  }
}

const KeyEntry* KeyIndex::Find(const KeyId& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

const KeyEntry* KeyIndex::Find(const SubjectId& subject) const {
  const auto found = by_subject_.find(subject.value());
  return found == by_subject_.end() ? nullptr : found->second;
}

}  // namespace twinledger::keyring
