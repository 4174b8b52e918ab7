#include "platform/keyring/keyring.h"

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "platform/crypto/aead.h"
#include "platform/keyring/epoch_keys.h"
#include "platform/keyring/key_encryption_key.h"
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

Error KeyNotHere(std::string_view field) {
  return {Code::kNotFound,
          std::string(field) +
              ": its key is not in the keyring of this server; share the keyring's folder, or "
              "bring the keys with `twinledger replica refresh`",
          "KEY_NOT_HERE",
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

Result<SubjectKey> KeyOf(const KeyEntry& entry, const crypto::SecretBytes& kek,
                         std::string_view field) {
  if (entry.kind == KeyEntry::Kind::kErased) return Erased(field);
  std::optional<SubjectKey> key = UnwrapKey(kek, entry);
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

using NewKeys = std::vector<std::pair<SubjectId, SubjectKey>>;

}  // namespace

// Two locks: file_mutex_ first, for what is done to the file, syncs included; mutex_ for which keys
// are in force, never held over I/O.
class Keyring::State {
 public:
  State(DataDirectory data, std::string_view log_id, RandomSource& random)
      : data_(std::move(data)), log_id_(log_id), random_(random) {}

  const DataDirectory& data() const { return data_; }
  const std::string& log_id() const { return log_id_; }
  RandomSource& random() { return random_; }

  // Not null once it was read.
  std::shared_ptr<const EpochKeys> keys() const {
    const absl::ReaderMutexLock lock(&mutex_);
    return keys_;
  }

  std::shared_ptr<const Sealer> SealerBy(SubjectKey key) {
    return std::shared_ptr<const Sealer>(new Sealer(std::move(key), log_id_, random_));
  }

  // Reads what others wrote since.
  Result<void> Refresh() {
    const absl::MutexLock one_at_a_time(&file_mutex_);
    TL_TRY(const auto lock, LockKeyring(data_, FileLock::kShared));
    return ReadNew();
  }

  // The keys that it made.
  Result<NewKeys> Ensure(std::span<const SubjectId> subjects) {
    if (HasAll(subjects)) return NewKeys();
    {
      const absl::MutexLock lock(&mutex_);
      wanted_.insert(wanted_.end(), subjects.begin(), subjects.end());
    }
    // Who comes first makes the keys of all that wait here: one sync for them.
    const absl::MutexLock one_at_a_time(&file_mutex_);
    if (HasAll(subjects)) return NewKeys();
    std::vector<SubjectId> wanted;
    {
      const absl::MutexLock lock(&mutex_);
      wanted = std::exchange(wanted_, {});
    }
    // Somebody may have taken these over, and failed.
    wanted.insert(wanted.end(), subjects.begin(), subjects.end());
    TL_TRY(const auto file_lock, LockKeyring(data_, FileLock::kExclusive));
    TL_TRY_VOID(ReadNew());
    std::vector<KeyEntry> entries;
    NewKeys made = MakeKeys(*in_force_, std::move(wanted), entries);
    TL_TRY_VOID(in_force_->Append(entries));
    return made;
  }

  Result<void> CheckIsOf(const EpochKeys& keys, const KeyringHeader& header) const {
    if (keys.header() == header) return {};
    return OtherKeyring(data_, "is of another log, epoch or KEK than the other keyring");
  }

  // How many of them, which are of that keyring, were not here.
  Result<std::uint64_t> Take(const KeyringHeader& of, const std::vector<KeyEntry>& entries) {
    const absl::MutexLock one_at_a_time(&file_mutex_);
    TL_TRY(const auto file_lock, LockKeyring(data_, FileLock::kExclusive));
    TL_TRY_VOID(ReadNew());
    TL_TRY_VOID(CheckIsOf(*in_force_, of));
    std::vector<KeyEntry> missing;
    std::set<KeyId> looked_at;
    for (const KeyEntry& entry : entries) {
      if (!looked_at.insert(entry.id).second) continue;
      TL_TRY(const std::optional<KeyEntry> known, in_force_->Find(entry.id));
      if (known && !IsOneKey(*known, entry)) {
        return OtherKeyring(data_, "holds a key that is another one in the other keyring");
      }
      if (!known || known->kind < entry.kind) missing.push_back(entry);
    }
    TL_TRY_VOID(in_force_->Append(missing));
    return missing.size();
  }

 private:
  bool HasAll(std::span<const SubjectId> subjects) const {
    const std::shared_ptr<const EpochKeys> keys = this->keys();
    return std::ranges::all_of(subjects, [&keys](const SubjectId& subject) {
      const Result<std::optional<KeyEntry>> found = keys->Find(subject);
      return found && found->has_value();
    });
  }

  // For those that have no key, each once. Whose slot cannot be read is told when it seals: that is
  // no matter of the others.
  NewKeys MakeKeys(const EpochKeys& keys, std::vector<SubjectId> wanted,
                   std::vector<KeyEntry>& entries) const {
    std::ranges::sort(wanted);
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    NewKeys made;
    for (SubjectId& subject : wanted) {
      const Result<std::optional<KeyEntry>> known = keys.Find(subject);
      if (!known || *known) continue;
      const auto id = ArrayOf<sizeof(KeyId)>(random_.Bytes(sizeof(KeyId)));
      auto key = SubjectKey::Of(id, crypto::SecretBytes::Random(kSubjectKeyBytes, random_));
      entries.push_back(WrapKey(keys.kek(), keys.header().epoch,
                                random_.Bytes(crypto::kAeadNonceBytes), subject, key));
      made.emplace_back(std::move(subject), std::move(key));
    }
    return made;
  }

  // Those in force are as their file is now. With the folder's lock held.
  Result<void> ReadNew() ABSL_EXCLUSIVE_LOCKS_REQUIRED(file_mutex_) {
    TL_TRY_VOID(IsInForce() ? in_force_->ReadNew() : OpenInForce());
    const absl::MutexLock lock(&mutex_);
    keys_ = in_force_;
    return {};
  }

  // An erasure makes the next epoch before it removes this one, and a crash may come in between.
  bool IsInForce() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(file_mutex_) {
    return in_force_ && in_force_->file().IsInPlace() && access(next_path_.c_str(), F_OK) != 0;
  }

  // At the start, since an erasure made another epoch, or since another file took its place: a copy
  // may have the keys in another order.
  Result<void> OpenInForce() ABSL_EXCLUSIVE_LOCKS_REQUIRED(file_mutex_) {
    TL_TRY(const std::uint32_t epoch, CurrentEpoch(data_));
    if (epoch == 0) return KeyringMissing(data_);
    TL_TRY(std::shared_ptr<EpochKeys> keys, Begin(epoch));
    if (in_force_ && in_force_->header() == keys->header()) {
      // One that lacks what was read is not taken.
      TL_TRY_VOID(keys->file().ReadUpTo(in_force_->bytes_read(), 0));
    }
    TL_TRY_VOID(keys->ReadNew());
    in_force_ = std::move(keys);
    next_path_ = EpochFile(data_, epoch + 1);
    return {};
  }

  Result<std::shared_ptr<EpochKeys>> Begin(std::uint32_t epoch) const {
    const std::filesystem::path path = EpochFile(data_, epoch);
    TL_TRY(std::unique_ptr<OpenEpoch> file, OpenEpoch::Open(path));
    TL_TRY(const KeyringHeader header, file->ReadHeader());
    if (header.log_id != log_id_) {
      return OtherKeyring(data_, "holds the keys of another log, " + header.log_id);
    }
    if (header.epoch != epoch) return DamagedKeyring(path, 0, "the header is of another epoch");
    TL_TRY(crypto::SecretBytes kek, LoadKek(data_, epoch));
    if (header.kek_check != KekCheckOf(kek)) {
      return OtherKeyring(data_, "is not wrapped by " + KekFile(data_, epoch).string());
    }
    return std::make_shared<EpochKeys>(path, header, std::move(kek), std::move(file));
  }

  const DataDirectory data_;
  const std::string log_id_;
  RandomSource& random_;
  absl::Mutex file_mutex_;
  std::shared_ptr<EpochKeys> in_force_ ABSL_GUARDED_BY(file_mutex_);
  std::filesystem::path next_path_ ABSL_GUARDED_BY(file_mutex_);  // Of the next epoch's file.
  mutable absl::Mutex mutex_ ABSL_ACQUIRED_AFTER(file_mutex_);
  std::shared_ptr<const EpochKeys> keys_ ABSL_GUARDED_BY(mutex_);  // Those, once they were read.
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

Result<NewSealers> Keyring::EnsureKeys(std::span<const SubjectId> subjects) {
  if (!std::ranges::all_of(subjects, IsSubject)) return BadSubject();
  TL_TRY(NewKeys made, state_->Ensure(subjects));
  const std::set<SubjectId> asked(subjects.begin(), subjects.end());
  NewSealers sealers;
  for (auto& [subject, key] : made) {
    if (!asked.contains(subject)) continue;  // It was made for another thread.
    sealers.emplace(std::move(subject), state_->SealerBy(std::move(key)));
  }
  return sealers;
}

bool Keyring::HasAtHand(const SubjectId& subject) const {
  const Result<std::optional<KeyEntry>> found = state_->keys()->Find(subject);
  return found && found->has_value();
}

Result<std::string> Sealer::Seal(const FieldContext& context, std::string_view text) const {
  return SealField(key_, *log_id_, context, random_->Bytes(crypto::kAeadNonceBytes), text);
}

Result<std::shared_ptr<const Sealer>> Keyring::SealerFor(const SubjectId& subject,
                                                         std::string_view field) {
  std::shared_ptr<const EpochKeys> keys = state_->keys();
  TL_TRY(std::optional<KeyEntry> entry, keys->Find(subject));
  if (!entry) {
    TL_TRY(const NewSealers made, EnsureKeys({&subject, 1}));
    if (!made.empty()) return made.at(subject);
    keys = state_->keys();
    TL_TRY(entry, keys->Find(subject));
    if (!entry) return KeyNotHere(field);
  }
  TL_TRY(SubjectKey key, KeyOf(*entry, keys->kek(), field));
  return state_->SealerBy(std::move(key));
}

Result<std::string> Keyring::Seal(const SubjectId& subject, const FieldContext& context,
                                  std::string_view text) {
  TL_TRY(const std::shared_ptr<const Sealer> sealer, SealerFor(subject, context.field_path));
  return sealer->Seal(context, text);
}

Result<std::string> Keyring::Unseal(std::string_view sealed, const FieldContext& context) {
  const std::optional<KeyId> id = KeyIdOf(sealed);
  if (!id) return DamagedField(context);
  std::shared_ptr<const EpochKeys> keys = state_->keys();
  TL_TRY(std::optional<KeyEntry> entry, keys->Find(*id));
  if (!entry) {
    TL_TRY_VOID(state_->Refresh());
    keys = state_->keys();
    TL_TRY(entry, keys->Find(*id));
    if (!entry) return KeyNotHere(context.field_path);
  }
  TL_TRY(const SubjectKey key, KeyOf(*entry, keys->kek(), context.field_path));
  return OpenField(key, state_->log_id(), context, sealed);
}

Result<std::optional<KeyId>> Keyring::Find(const SubjectId& subject) {
  TL_TRY(std::optional<KeyEntry> entry, state_->keys()->Find(subject));
  if (!entry || entry->kind == KeyEntry::Kind::kErased) {
    TL_TRY_VOID(state_->Refresh());
    TL_TRY(entry, state_->keys()->Find(subject));
  }
  if (!entry || entry->kind == KeyEntry::Kind::kErased) return std::optional<KeyId>();
  return std::optional(entry->id);
}

Result<bool> Keyring::Has(const KeyId& id) const {
  TL_TRY(const std::optional<KeyEntry> entry, state_->keys()->Find(id));
  return entry.has_value();
}

KeyringCounts Keyring::Counts() const {
  const std::shared_ptr<const EpochKeys> keys = state_->keys();
  const EpochKeys::Counts counts = keys->counts();
  return {.epoch = keys->header().epoch, .keys = counts.keys, .erased = counts.erased};
}

Result<std::uint64_t> Keyring::TakeMissing(const Keyring& other) {
  const std::shared_ptr<const EpochKeys> theirs = other.state_->keys();
  TL_TRY_VOID(state_->CheckIsOf(*state_->keys(), theirs->header()));
  std::uint64_t taken = 0;
  const auto take = [&](const std::vector<KeyEntry>& entries) -> Result<void> {
    std::vector<KeyEntry> now;  // What was erased behind its key is not taken as a key first.
    for (const KeyEntry& entry : entries) {
      TL_TRY(const std::optional<KeyEntry> last, theirs->Find(entry.id));
      if (last == entry) now.push_back(entry);
    }
    TL_TRY(const std::uint64_t missing, state_->Take(theirs->header(), now));
    taken += missing;
    return {};
  };
  TL_TRY_VOID(theirs->ForEach(take));
  return taken;
}

Result<void> Keyring::CheckAll() const {
  const std::shared_ptr<const EpochKeys> keys = state_->keys();
  std::uint64_t at = 0;
  return keys->ForEach([&](const std::vector<KeyEntry>& entries) -> Result<void> {
    for (const KeyEntry& entry : entries) {
      at += kSlotBytes;
      if (entry.kind == KeyEntry::Kind::kErased) continue;
      const std::optional<SubjectKey> key = UnwrapKey(keys->kek(), entry);
      if (key && KeyCheckOf(key->secret) == entry.check) continue;
      return DamagedKeyring(keys->path(), at, "a key does not unwrap");
    }
    return {};
  });
}

}  // namespace twinledger::keyring
