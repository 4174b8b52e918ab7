// The outbox of one account: requests kept on this machine until a server has answered them.
//
//   FOLDER/ (0700)   0...7-UUID.entry (0600)     entry_file.h; whole or not there
//                    *.new                       of an entry that was not finished
//                    adding.lock                 while one is added: briefly
//                    sending.lock                while entries are sent or changed
//
// What Add, Replace and Remove have answered outlives a crash and a power cut. Add waits for no
// network; whoever sends holds the sending lock all the while, so that nothing is sent by two.
#pragma once

#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"
#include "twinledger/outbox/entry_file.h"
#include "twinledger/outbox/folder_lock.h"
#include "twinledger/outbox/owner.h"

namespace twinledger::client {

struct OutboxLimits {
  std::size_t entries_max = 10'000;
  std::size_t request_bytes_max = 1024 * 1024;  // What a server takes.
};

// Another account's, in the same place.
struct OtherOutbox {
  std::filesystem::path folder;
  std::size_t waiting = 0;  // Never 0.
};

// Threads: confined to one; several programs may have the same one open.
class Outbox {
 public:
  // Makes the folder if it is not there. FAILED_PRECONDITION, reason OUTBOX_EXPOSED, where others
  // may read it or put something into it.
  static Result<Outbox> Open(const std::filesystem::path& root, OutboxOwner owner,
                             const OutboxLimits& limits = {});

  // Behind all that wait. An entry with the same id and request is the one that is there already;
  // ALREADY_EXISTS, reason REQUEST_ID_REUSED, with another request; the errors of Load where it
  // cannot be read. INVALID_ARGUMENT, reason TOO_LARGE; RESOURCE_EXHAUSTED, reason OUTBOX_FULL or
  // OUTBOX_DISK.
  Result<EntryName> Add(outbox::v1::Entry entry, const LockWait& wait);

  // In the order of queueing.
  Result<std::vector<EntryName>> Names() const;

  // Files that are there and are no entries, by their names.
  Result<std::vector<std::string>> Strangers() const;

  // What waits beside this one: as another account, or with credentials of another authority.
  std::vector<OtherOutbox> Others() const;

  // NOT_FOUND, reason ENTRY_GONE; ENTRY_DAMAGED or ENTRY_NEWER (entry_file.h); FAILED_PRECONDITION,
  // reason ENTRY_EXPOSED or ENTRY_OF_ANOTHER.
  Result<outbox::v1::Entry> Load(const EntryName& name) const;

  // The one whose id begins so. NOT_FOUND, reason ENTRY_UNKNOWN; INVALID_ARGUMENT, reason
  // ENTRY_AMBIGUOUS.
  Result<EntryName> Find(std::string_view id) const;

  // Also removes what was not finished.
  Result<FolderLock> LockSending(const LockWait& wait);

  // REQUIRES: the sending lock.
  Result<void> Replace(const EntryName& name, const outbox::v1::Entry& entry);
  Result<void> Remove(const EntryName& name);

  const std::filesystem::path& folder() const { return folder_; }
  const OutboxOwner& owner() const { return owner_; }
  std::filesystem::path PathOf(const EntryName& name) const { return folder_ / FileNameOf(name); }

 private:
  struct Listing {
    std::vector<EntryName> entries;      // Sorted.
    std::vector<std::string> drafts;     // "*.new"
    std::vector<std::string> strangers;  // All else, but for the locks.
  };

  Outbox(std::filesystem::path folder, OutboxOwner owner, const OutboxLimits& limits)
      : folder_(std::move(folder)), owner_(std::move(owner)), limits_(limits) {}

  static Result<Listing> Read(const std::filesystem::path& folder);
  Result<void> SyncFolder() const;

  std::filesystem::path folder_;
  OutboxOwner owner_;
  OutboxLimits limits_;
};

}  // namespace twinledger::client
