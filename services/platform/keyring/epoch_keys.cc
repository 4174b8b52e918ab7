#include "platform/keyring/epoch_keys.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace twinledger::keyring {
namespace {

// So much of the file is in memory while it is read.
constexpr std::size_t kPieceBytes = 4096 * kSlotBytes;

bool IsErased(const KeyEntry& entry) { return entry.kind == KeyEntry::Kind::kErased; }

std::uint64_t ByteOf(Place place) { return std::uint64_t{place} * kSlotBytes; }

}  // namespace

bool IsOneKey(const KeyEntry& left, const KeyEntry& right) {
  if (left.subject != right.subject || left.check != right.check) return false;
  return left.kind != right.kind || left == right;
}

EpochKeys::EpochKeys(std::filesystem::path path, KeyringHeader header, crypto::SecretBytes kek,
                     std::unique_ptr<const OpenEpoch> file)
    : path_(std::move(path)),
      header_(std::move(header)),
      kek_(std::move(kek)),
      file_(std::move(file)) {}

std::uint64_t EpochKeys::bytes_read() const {
  const absl::ReaderMutexLock lock(&mutex_);
  return ByteOf(next_);
}

EpochKeys::Counts EpochKeys::counts() const {
  const absl::ReaderMutexLock lock(&mutex_);
  return counts_;
}

template <class Wanted>
Places EpochKeys::PlacesOf(const Wanted& wanted) const {
  const absl::ReaderMutexLock lock(&mutex_);
  return index_.Find(wanted);
}

Result<KeyEntry> EpochKeys::Read(Place place) const {
  TL_TRY(const std::string slot, file_->Read(ByteOf(place), kSlotBytes));
  TL_TRY(ScannedEntries scanned, ScanEntries(slot, ByteOf(place), header_, path_));
  if (scanned.entries.empty()) {
    return DamagedKeyring(path_, ByteOf(place), "a key that was here is gone");
  }
  return std::move(scanned.entries.front());
}

// Somebody wrote another keyring over this one: nothing that is found in it is to be believed.
Error EpochKeys::Moved(Place place) const {
  return DamagedKeyring(path_, ByteOf(place), "another key stands where one was");
}

Result<std::optional<KeyEntry>> EpochKeys::Find(const KeyId& id) const {
  std::optional<KeyEntry> found;
  for (const Place place : PlacesOf(id)) {
    TL_TRY(KeyEntry entry, Read(place));
    if (KeyIndex::HashOf(entry.id) != KeyIndex::HashOf(id)) return Moved(place);
    // It stays erased, in whatever order the slots come.
    if (entry.id == id && (!found || IsErased(entry))) found = std::move(entry);
  }
  return found;
}

Result<std::optional<KeyEntry>> EpochKeys::Find(const SubjectId& subject) const {
  const Places places = PlacesOf(subject);
  std::optional<KeyEntry> first;
  for (const Place place : places) {
    TL_TRY(KeyEntry entry, Read(place));
    if (KeyIndex::HashOf(entry.subject) != KeyIndex::HashOf(subject)) return Moved(place);
    if (entry.subject != subject) continue;
    if (places.size() == 1) return std::optional(std::move(entry));
    TL_TRY(std::optional<KeyEntry> now, Find(entry.id));
    if (now && !IsErased(*now)) return now;
    if (!first) first = std::move(now);
  }
  return first;
}

Result<void> EpochKeys::Add(const std::vector<KeyEntry>& entries) {
  for (const KeyEntry& entry : entries) {
    TL_TRY(const std::optional<KeyEntry> known, Find(entry.id));
    const absl::MutexLock lock(&mutex_);
    if (known && !IsOneKey(*known, entry)) {
      return DamagedKeyring(path_, ByteOf(next_), "a key is there twice, and differs");
    }
    index_.Add(entry.id, entry.subject, next_++);
    if (known && (IsErased(*known) || !IsErased(entry))) continue;
    if (known) --counts_.keys;
    ++(IsErased(entry) ? counts_.erased : counts_.keys);
  }
  return {};
}

// Torn is only what nothing follows: where a piece ends in doubt, the rest of the file decides.
Result<ScannedEntries> EpochKeys::ScanPiece() const {
  const std::uint64_t from = bytes_read();
  TL_TRY(std::string bytes, file_->ReadUpTo(from, kPieceBytes));
  TL_TRY(ScannedEntries scanned, ScanEntries(bytes, from, header_, path_));
  if (bytes.size() < kPieceBytes || scanned.whole_bytes == bytes.size()) return scanned;
  TL_TRY(bytes, file_->ReadUpTo(from, std::numeric_limits<std::uint64_t>::max()));
  return ScanEntries(bytes, from, header_, path_);
}

Result<void> EpochKeys::ReadNew() {
  for (bool synced = false;; synced = true) {
    TL_TRY(const ScannedEntries scanned, ScanPiece());
    if (scanned.entries.empty()) return {};
    if (!synced) TL_TRY_VOID(file_->Sync());
    TL_TRY_VOID(Add(scanned.entries));
  }
}

Result<void> EpochKeys::Append(const std::vector<KeyEntry>& entries) {
  if (entries.empty()) return {};
  std::string bytes;
  bytes.reserve(entries.size() * kSlotBytes);
  for (const KeyEntry& entry : entries) bytes += EncodeEntry(entry);
  TL_TRY_VOID(file_->Append(bytes_read(), bytes));
  return Add(entries);
}

Result<void> EpochKeys::ForEach(const Use& use) const {
  const std::uint64_t end = bytes_read();
  for (std::uint64_t at = kSlotBytes; at < end;) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, end - at));
    TL_TRY(const std::string bytes, file_->Read(at, size));
    TL_TRY(const ScannedEntries scanned, ScanEntries(bytes, at, header_, path_));
    if (scanned.whole_bytes < size) {
      return DamagedKeyring(path_, at + scanned.whole_bytes, "keys that were here are gone");
    }
    TL_TRY_VOID(use(scanned.entries));
    at += size;
  }
  return {};
}

}  // namespace twinledger::keyring
