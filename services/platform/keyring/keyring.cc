#include "platform/keyring/keyring.h"

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "platform/crypto/aead.h"
#include "platform/keyring/key_encryption_key.h"
#include "platform/keyring/key_index.h"
#include "platform/keyring/keyring_file.h"
#include "platform/keyring/keyring_folder.h"
#include "platform/keyring/open_epoch.h"

namespace twinledger::keyring {
namespace {

constexpr char kFirstPrintable = '!';
constexpr char kLastPrintable = '~';

bool IsSubject(const SubjectId& subject) {
  const std::string& text = subject.value();
  return !text.empty() && text.size() <= kSubjectBytesMax && std::ranges::all_of(text, [](char c) {
    return c >= kFirstPrintable && c <= kLastPrintable;
  });
}

// Not with its value: what is no handle may be a name.
Error BadSubject() {
  return {Code::kInvalidArgument,
          "subject: must be a handle of 1 to " + std::to_string(kSubjectBytesMax) +
              " printable ASCII characters without spaces, like official/<uuid>",
          "BAD_SUBJECT",
          {{"field", "subject"}}};
}

Error Erased(std::string_view field) {
  return {Code::kFailedPrecondition,
          std::string(field) + ": its subject was erased, and its key destroyed; it stays sealed",
          "SUBJECT_ERASED",
          {{"field", std::string(field)}}};
}

constexpr std::string_view kKeyNotHere = "KEY_NOT_HERE";

Error KeyNotHere(std::string_view field) {
  return {Code::kNotFound,
          std::string(field) +
              ": its key is not in the keyring of this server; share the keyring's folder, or "
              "bring the keys with `twinledger replica refresh`",
          std::string(kKeyNotHere),
          {{"field", std::string(field)}}};
}

// A key that is on disk, wrapped by what opened the file, and does not open.
Error Unwrappable(std::string_view field) {
  return {Code::kDataLoss,
          std::string(field) +
              ": its key does not unwrap: the keyring is damaged; restore it from a backup",
          "KEYRING_DAMAGED",
          {{"field", std::string(field)}}};
}

Result<SubjectKey> KeyOf(const KeyEntry* entry, const crypto::SecretBytes& kek,
                         std::string_view field) {
  if (entry == nullptr) return KeyNotHere(field);
  if (entry->kind == KeyEntry::Kind::kErased) return Erased(field);
  std::optional<SubjectKey> key = UnwrapKey(kek, *entry);
  if (!key) return Unwrappable(field);
  return *std::move(key);
}

Error OtherKeyring(const DataDirectory& data, std::string_view what) {
  return {Code::kFailedPrecondition,
          data.keyring().string() + ": " + std::string(what) +
              "; restore keys/ and keyring/ together, from one backup",
          "OTHER_KEYRING",
          {{"folder", data.keyring().string()}}};
}

}  // namespace

// Two locks: file_mutex_ first, for what is done to the file, syncs included; mutex_ for what is in
// memory, never held over I/O.
class Keyring::State {
 public:
  State(DataDirectory data, std::string_view log_id, RandomSource& random)
      : data_(std::move(data)), log_id_(log_id), random_(random) {}

  const DataDirectory& data() const { return data_; }
  const std::string& log_id() const { return log_id_; }
  RandomSource& random() { return random_; }

  // Reads what others wrote since.
  Result<void> Refresh() {
    const absl::MutexLock one_at_a_time(&file_mutex_);
    TL_TRY(const auto lock, LockKeyring(data_, FileLock::kShared));
    return ReadNew();
  }

  Result<void> Ensure(std::span<const SubjectId> subjects) {
    if (HasAll(subjects)) return {};
    {
      const absl::MutexLock lock(&mutex_);
      wanted_.insert(wanted_.end(), subjects.begin(), subjects.end());
    }
    // Who comes first makes the keys of all that wait here: one sync for them.
    const absl::MutexLock one_at_a_time(&file_mutex_);
    if (HasAll(subjects)) return {};
    std::vector<SubjectId> wanted;
    {
      const absl::MutexLock lock(&mutex_);
      wanted = std::exchange(wanted_, {});
    }
    // Somebody may have taken these over, and failed.
    wanted.insert(wanted.end(), subjects.begin(), subjects.end());
    TL_TRY(const auto file_lock, LockKeyring(data_, FileLock::kExclusive));
    TL_TRY_VOID(ReadNew());
    return Append(NewEntries(std::move(wanted)));
  }

  Result<std::uint64_t> Take(const std::vector<KeyEntry>& entries) {
    const absl::MutexLock one_at_a_time(&file_mutex_);
    TL_TRY(const auto file_lock, LockKeyring(data_, FileLock::kExclusive));
    TL_TRY_VOID(ReadNew());
    std::vector<KeyEntry> missing;
    {
      const absl::ReaderMutexLock lock(&mutex_);
      for (const KeyEntry& entry : entries) {
        const KeyEntry* const known = index_.Find(entry.id);
        if (known != nullptr && !KeyIndex::IsOneKey(*known, entry)) {
          return OtherKeyring(data_, "holds a key that is another one in the other keyring");
        }
        if (known == nullptr || known->kind < entry.kind) missing.push_back(entry);
      }
    }
    const std::uint64_t taken = missing.size();
    TL_TRY_VOID(Append(std::move(missing)));
    return taken;
  }

  // Calls `use` with what is in memory: index, KEK, header.
  template <class Use>
  auto Look(const Use& use) const {
    const absl::ReaderMutexLock lock(&mutex_);
    return use(index_, kek_, header_);
  }

 private:
  bool HasAll(std::span<const SubjectId> subjects) const {
    const absl::ReaderMutexLock lock(&mutex_);
    return std::ranges::all_of(
        subjects, [this](const SubjectId& subject) { return index_.Find(subject) != nullptr; });
  }

  // For those that have no key, each once.
  std::vector<KeyEntry> NewEntries(std::vector<SubjectId> wanted) const {
    std::ranges::sort(wanted);
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    const absl::ReaderMutexLock lock(&mutex_);
    std::vector<KeyEntry> entries;
    for (const SubjectId& subject : wanted) {
      if (index_.Find(subject) != nullptr) continue;
      const auto id = ArrayOf<sizeof(KeyId)>(random_.Bytes(sizeof(KeyId)));
      const auto key = SubjectKey::Of(id, crypto::SecretBytes::Random(kSubjectKeyBytes, random_));
      entries.push_back(
          WrapKey(kek_, header_.epoch, random_.Bytes(crypto::kAeadNonceBytes), subject, key));
    }
    return entries;
  }

  // With the folder's lock held: exclusive.
  Result<void> Append(std::vector<KeyEntry> entries) ABSL_EXCLUSIVE_LOCKS_REQUIRED(file_mutex_) {
    if (entries.empty()) return {};
    std::string bytes;
    bytes.reserve(entries.size() * kSlotBytes);
    for (const KeyEntry& entry : entries) bytes += EncodeEntry(entry);
    TL_TRY_VOID(epoch_->Append(bytes_read_, bytes));
    return AddAll(std::move(entries), bytes.size());
  }

  Result<void> AddAll(std::vector<KeyEntry> entries, std::uint64_t bytes)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(file_mutex_) {
    const absl::MutexLock lock(&mutex_);
    std::uint64_t at = bytes_read_;
    for (KeyEntry& entry : entries) {
      if (!index_.Add(std::move(entry))) {
        return DamagedKeyring(path_, at, "a key is there twice, and differs");
      }
      at += kSlotBytes;
    }
    bytes_read_ += bytes;
    return {};
  }

  // With the folder's lock held.
  Result<void> ReadNew() ABSL_EXCLUSIVE_LOCKS_REQUIRED(file_mutex_) {
    if (!IsInForce()) TL_TRY_VOID(FindEpoch());
    TL_TRY(const std::string bytes, epoch_->Read(bytes_read_));
    if (bytes.empty()) return {};
    TL_TRY(ScannedEntries scanned, ScanEntries(bytes, bytes_read_, header_, path_));
    if (!scanned.entries.empty()) TL_TRY_VOID(epoch_->Sync());
    return AddAll(std::move(scanned.entries), scanned.whole_bytes);
  }

  // An erasure makes the next epoch before it removes this one, and a crash may come in between.
  bool IsInForce() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(file_mutex_) {
    return epoch_ && epoch_->IsInPlace() && access(next_path_.c_str(), F_OK) != 0;
  }

  Result<void> FindEpoch() ABSL_EXCLUSIVE_LOCKS_REQUIRED(file_mutex_) {
    epoch_.reset();
    TL_TRY(const std::uint32_t epoch, CurrentEpoch(data_));
    if (epoch == 0) return KeyringMissing(data_);
    if (epoch != header_.epoch) TL_TRY_VOID(ReadHeader(epoch));
    TL_TRY(epoch_, OpenEpoch::Open(path_));
    return {};
  }

  // Begins with another epoch's file: at the start, or since an erasure made one.
  Result<void> ReadHeader(std::uint32_t epoch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(file_mutex_) {
    const std::filesystem::path path = EpochFile(data_, epoch);
    TL_TRY(const std::string bytes, ReadKeyringFile(path, 0));
    TL_TRY(KeyringHeader header, DecodeHeader(bytes, path));
    if (header.log_id != log_id_) {
      return OtherKeyring(data_, "holds the keys of another log, " + header.log_id);
    }
    if (header.epoch != epoch) return DamagedKeyring(path, 0, "the header is of another epoch");
    TL_TRY(crypto::SecretBytes kek, LoadKek(data_, epoch));
    if (header.kek_check != KekCheckOf(kek)) {
      return OtherKeyring(data_, "is not wrapped by " + KekFile(data_, epoch).string());
    }
    const absl::MutexLock lock(&mutex_);
    path_ = path;
    next_path_ = EpochFile(data_, epoch + 1);
    bytes_read_ = kSlotBytes;
    header_ = std::move(header);
    kek_ = std::move(kek);
    index_ = KeyIndex();
    return {};
  }

  const DataDirectory data_;
  const std::string log_id_;
  RandomSource& random_;
  absl::Mutex file_mutex_;
  std::unique_ptr<OpenEpoch> epoch_ ABSL_GUARDED_BY(file_mutex_);  // The one in force.
  std::filesystem::path path_ ABSL_GUARDED_BY(file_mutex_);        // Of its file,
  std::filesystem::path next_path_ ABSL_GUARDED_BY(file_mutex_);   // and of the next one's.
  std::uint64_t bytes_read_ ABSL_GUARDED_BY(file_mutex_) = 0;      // Whole slots.
  mutable absl::Mutex mutex_ ABSL_ACQUIRED_AFTER(file_mutex_);
  KeyringHeader header_;  // Written with both held.
  crypto::SecretBytes kek_ ABSL_GUARDED_BY(mutex_);
  KeyIndex index_ ABSL_GUARDED_BY(mutex_);
  std::vector<SubjectId> wanted_ ABSL_GUARDED_BY(mutex_);
};

Keyring::Keyring(std::unique_ptr<State> state) : state_(std::move(state)) {}
Keyring::~Keyring() = default;

Result<std::unique_ptr<Keyring>> Keyring::Open(const DataDirectory& data, std::string_view log_id,
                                               RandomSource& random) {
  auto state = std::make_unique<State>(data, log_id, random);
  TL_TRY_VOID(state->Refresh());
  return std::unique_ptr<Keyring>(new Keyring(std::move(state)));
}

Result<void> Keyring::EnsureKeys(std::span<const SubjectId> subjects) {
  if (!std::ranges::all_of(subjects, IsSubject)) return BadSubject();
  return state_->Ensure(subjects);
}

bool Keyring::HasAtHand(const SubjectId& subject) const {
  return state_->Look([&](const KeyIndex& index, const crypto::SecretBytes&, const KeyringHeader&) {
    return index.Find(subject) != nullptr;
  });
}

Result<std::string> Keyring::Seal(const SubjectId& subject, const FieldContext& context,
                                  std::string_view text) {
  TL_TRY_VOID(EnsureKeys({&subject, 1}));
  const Result<SubjectKey> key = state_->Look(
      [&](const KeyIndex& index, const crypto::SecretBytes& kek, const KeyringHeader&) {
        return KeyOf(index.Find(subject), kek, context.field_path);
      });
  if (!key) return key.error();
  return SealField(*key, state_->log_id(), context, state_->random().Bytes(crypto::kAeadNonceBytes),
                   text);
}

Result<std::string> Keyring::Unseal(std::string_view sealed, const FieldContext& context) {
  const std::optional<KeyId> id = KeyIdOf(sealed);
  if (!id) return DamagedField(context);
  const auto find = [&](const KeyIndex& index, const crypto::SecretBytes& kek,
                        const KeyringHeader&) {
    return KeyOf(index.Find(*id), kek, context.field_path);
  };
  Result<SubjectKey> key = state_->Look(find);
  if (!key && key.error().reason == kKeyNotHere) {
    TL_TRY_VOID(state_->Refresh());
    key = state_->Look(find);
  }
  if (!key) return std::move(key).error();
  return OpenField(*key, state_->log_id(), context, sealed);
}

Result<std::optional<KeyId>> Keyring::Find(const SubjectId& subject) {
  const auto find = [&](const KeyIndex& index, const crypto::SecretBytes&,
                        const KeyringHeader&) -> std::optional<KeyId> {
    const KeyEntry* const entry = index.Find(subject);
    if (entry == nullptr || entry->kind == KeyEntry::Kind::kErased) return std::nullopt;
    return entry->id;
  };
  std::optional<KeyId> id = state_->Look(find);
  if (!id) {
    TL_TRY_VOID(state_->Refresh());
    id = state_->Look(find);
  }
  return id;
}

KeyringCounts Keyring::Counts() const {
  return state_->Look(
      [](const KeyIndex& index, const crypto::SecretBytes&, const KeyringHeader& header) {
        return KeyringCounts{.epoch = header.epoch, .keys = index.keys(), .erased = index.erased()};
      });
}

Result<std::uint64_t> Keyring::TakeMissing(const Keyring& other) {
  KeyringHeader theirs;
  std::vector<KeyEntry> entries;
  other.state_->Look(
      [&](const KeyIndex& index, const crypto::SecretBytes&, const KeyringHeader& header) {
        theirs = header;
        entries.assign(index.entries().begin(), index.entries().end());
      });
  const bool same = state_->Look([&](const KeyIndex&, const crypto::SecretBytes&,
                                     const KeyringHeader& ours) { return ours == theirs; });
  if (!same) {
    return OtherKeyring(state_->data(), "is of another log, epoch or KEK than " +
                                            other.state_->data().keyring().string());
  }
  return state_->Take(entries);
}

Result<void> Keyring::CheckAll() const {
  return state_->Look([this](const KeyIndex& index, const crypto::SecretBytes& kek,
                             const KeyringHeader& header) -> Result<void> {
    std::uint64_t at = 0;  // An erased key may have two slots; the byte is that of its first.
    for (const KeyEntry& entry : index.entries()) {
      at += kSlotBytes;
      if (entry.kind == KeyEntry::Kind::kErased) continue;
      const std::optional<SubjectKey> key = UnwrapKey(kek, entry);
      if (key && KeyCheckOf(key->secret) == entry.check) continue;
      return DamagedKeyring(EpochFile(state_->data(), header.epoch), at, "a key does not unwrap");
    }
    return {};
  });
}

}  // namespace twinledger::keyring
