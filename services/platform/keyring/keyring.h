// The keys of subjects, and the fields that are sealed by them. Outside the log: what a log holds
// is there for ever, and a key must be able to go.
//
//   keyring/epoch-<n>.keys   the keys, each wrapped (keyring_file.h)
//           LOCK             who reads or appends holds it
//   keys/kek-<n>.key         what they are wrapped by (key_encryption_key.h)
//
//   text --K_field--> sealed field, in the log
//            ^ derived for the field (sealed_field.h)
//   K_subject --KEK of the epoch--> keyring/
//
// Several processes use one keyring: of one data directory, or of several whose `keyring` is a link
// to one folder. What one makes, the others find when they meet it. A key is on disk before it
// seals anything, so no commit can need one that a crash took.
//
// In memory are the places of keys alone, some 50 bytes each; one is read and unwrapped for the
// call that needs it, unless that had it made.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "platform/base/data_directory.h"
#include "platform/base/random.h"
#include "platform/base/result.h"
#include "platform/keyring/sealed_field.h"
#include "platform/keyring/subject_key.h"

namespace twinledger::keyring {

struct KeyringCounts {
  std::uint32_t epoch = 0;
  std::uint64_t keys = 0;
  std::uint64_t erased = 0;
};

// Makes an empty keyring of epoch 1 with its KEK, or completes what a crash left half made. Where
// one is, or the remains of one, nothing is replaced: whether it is whole, Keyring::Open tells.
Result<void> CreateKeyring(const DataDirectory& data, std::string_view log_id,
                           RandomSource& random);

// Copies the keys in force, whole slots only, to a data directory that has none; their KEK is in
// keys/ and is copied with that. Errors as Keyring::Open; FILE_EXISTS.
Result<void> CopyKeyring(const DataDirectory& from, const DataDirectory& to);

// Whether the data directory has, or had, a keyring: a KEK or a keyring file.
bool HasKeyring(const DataDirectory& data);

// The log that the keyring in force is of, as its file says. Errors as Keyring::Open.
Result<std::string> LogIdOf(const DataDirectory& data);

// Seals for one subject by a key that was read once: for one call, since it does not see that the
// key is erased meanwhile. The keyring must outlive it. Threads: thread-safe, and may be moved.
class Sealer {
 public:
  // Errors as SealField.
  Result<std::string> Seal(const FieldContext& context, std::string_view text) const;

 private:
  friend class Keyring;
  Sealer(SubjectKey key, const std::string& log_id, RandomSource& random)
      : key_(std::move(key)), log_id_(&log_id), random_(&random) {}

  SubjectKey key_;
  const std::string* log_id_;
  RandomSource* random_;
};

// By subject. When its key was made, nothing had been sealed for the subject by any key that this
// keyring knew.
using NewSealers = std::map<SubjectId, std::shared_ptr<const Sealer>>;

// Threads: thread-safe.
class Keyring {
 public:
  // `random` must outlive it. FAILED_PRECONDITION: KEYRING_MISSING, KEYRING_KEY_MISSING,
  // KEYRING_EXPOSED, OTHER_KEYRING (of another log, or of another KEK); DATA_LOSS, reason
  // KEYRING_DAMAGED, with file and byte.
  static Result<std::unique_ptr<Keyring>> Open(const DataDirectory& data, std::string_view log_id,
                                               RandomSource& random);
  ~Keyring();

  // Makes keys for those of `subjects` that have none; on disk when it returns, with one sync for
  // all of them and for those of other threads meanwhile. Of those whose keys this call made, it
  // gives sealers. INVALID_ARGUMENT, reason BAD_SUBJECT; INTERNAL, reason FILE_ERROR, where the
  // disk refuses: nothing was made.
  Result<NewSealers> EnsureKeys(std::span<const SubjectId> subjects);

  // Whether the subject has a key, in force or destroyed, as far as this keyring has read.
  bool HasAtHand(const SubjectId& subject) const;

  // By the subject's key, which is made if there is none: as EnsureKeys. `field` is what errors
  // name. FAILED_PRECONDITION, reason SUBJECT_ERASED.
  Result<std::shared_ptr<const Sealer>> SealerFor(const SubjectId& subject, std::string_view field);

  // One text alone: as SealerFor, then as SealField.
  Result<std::string> Seal(const SubjectId& subject, const FieldContext& context,
                           std::string_view text);

  // The text. NOT_FOUND, reason KEY_NOT_HERE, where this keyring lacks the key, which another
  // replica may have; FAILED_PRECONDITION, reason SUBJECT_ERASED, where it was destroyed;
  // DATA_LOSS, reason SEALED_FIELD_DAMAGED, as OpenField. No error tells anything of the text.
  Result<std::string> Unseal(std::string_view sealed, const FieldContext& context);

  // The key that seals for a subject. Also what another process made since is found.
  Result<std::optional<KeyId>> Find(const SubjectId& subject);

  // Whether it has the key, in force or destroyed, as far as it has read.
  Result<bool> Has(const KeyId& id) const;

  KeyringCounts Counts() const;

  // Takes over the keys of `other` that are not here; how many. Both must be of the same log, KEK
  // and epoch: OTHER_KEYRING.
  // Some thousands at a time: those before one that fails stay.
  Result<std::uint64_t> TakeMissing(const Keyring& other);

  // Unwraps every key: KEYRING_DAMAGED for the first that does not open.
  Result<void> CheckAll() const;

 private:
  class State;
  explicit Keyring(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace twinledger::keyring
