// The keys of one epoch: which its file holds, and what wraps them. In memory are places alone
// (key_index.h), and each answer is read from the file.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "platform/base/result.h"
#include "platform/crypto/secret_bytes.h"
#include "platform/keyring/key_index.h"
#include "platform/keyring/keyring_file.h"
#include "platform/keyring/open_epoch.h"

namespace twinledger::keyring {

// Threads: thread-safe, but for what says otherwise.
class EpochKeys {
 public:
  EpochKeys(std::filesystem::path path, KeyringHeader header, crypto::SecretBytes kek,
            std::unique_ptr<const OpenEpoch> file);

  const std::filesystem::path& path() const { return path_; }
  const KeyringHeader& header() const { return header_; }
  const crypto::SecretBytes& kek() const { return kek_; }

  // The key, and a subject's first one that is in force; erased only if there is no other. Two
  // replicas that could not see one another may each have made one. DATA_LOSS, reason
  // KEYRING_DAMAGED; INTERNAL, reason FILE_ERROR.
  Result<std::optional<KeyEntry>> Find(const KeyId& id) const;
  Result<std::optional<KeyEntry>> Find(const SubjectId& subject) const;

  struct Counts {
    std::uint64_t keys = 0;
    std::uint64_t erased = 0;
  };
  Counts counts() const;

  // What was read so far, some at a time; until one returns an error. An erased key may come twice.
  using Use = std::function<Result<void>(const std::vector<KeyEntry>&)>;
  Result<void> ForEach(const Use& use) const;

  // Threads: those below one after another, by who holds LockKeyring.

  const OpenEpoch& file() const { return *file_; }
  // Where the next key will stand in the file.
  std::uint64_t bytes_read() const;
  // Reads what was written behind that, and syncs it first.
  Result<void> ReadNew();
  // Appends them, and syncs. What it fails to write it takes back.
  Result<void> Append(const std::vector<KeyEntry>& entries);

 private:
  Result<ScannedEntries> ScanPiece() const;
  template <class Wanted>
  Places PlacesOf(const Wanted& wanted) const;
  Result<KeyEntry> Read(Place place) const;
  Error Moved(Place place) const;
  Result<void> Add(const std::vector<KeyEntry>& entries);

  const std::filesystem::path path_;
  const KeyringHeader header_;
  const crypto::SecretBytes kek_;
  const std::unique_ptr<const OpenEpoch> file_;
  mutable absl::Mutex mutex_;  // Never held over I/O.
  KeyIndex index_ ABSL_GUARDED_BY(mutex_);
  Place next_ ABSL_GUARDED_BY(mutex_) = 1;
  Counts counts_ ABSL_GUARDED_BY(mutex_);
};

// Whether two entries with one id can both be genuine.
bool IsOneKey(const KeyEntry& left, const KeyEntry& right);

}  // namespace twinledger::keyring
