// The file of one epoch, open for as long as it is in force: a keyring that makes keys all day does
// not look through its folder for each of them. Whoever calls holds LockKeyring meanwhile.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "platform/base/locked_file.h"
#include "platform/base/result.h"
#include "platform/keyring/keyring_file.h"

namespace twinledger::keyring {

// Threads: confined to one, or guarded.
class OpenEpoch {
 public:
  // For reading alone where it may not be written to, as in a backup. Reason FILE_ERROR.
  static Result<std::unique_ptr<OpenEpoch>> Open(const std::filesystem::path& path);

  // Whether its path still leads to it: it was neither removed nor replaced by a copy.
  bool IsInPlace() const;

  // What stands in the file from `offset` on, `most` bytes of it. DATA_LOSS, reason
  // KEYRING_DAMAGED, if the file is shorter than that; FAILED_PRECONDITION, reason KEYRING_EXPOSED,
  // if others may read it.
  Result<std::string> ReadUpTo(std::uint64_t offset, std::uint64_t most) const;

  // Errors as DecodeHeader and ReadUpTo.
  Result<KeyringHeader> ReadHeader() const;

  // `size` bytes that were there. KEYRING_DAMAGED if they are gone. Threads: any, at any time, and
  // without the lock: what is there stays as it is.
  Result<std::string> Read(std::uint64_t offset, std::size_t size) const;

  // A key that another process wrote, and did not live to sync, must not seal before.
  Result<void> Sync() const;

  // Writes at `offset`, behind the last whole slot, in place of what a crash left there, and syncs.
  // What it fails to write it takes back.
  Result<void> Append(std::uint64_t offset, std::string_view bytes) const;

 private:
  OpenEpoch(std::filesystem::path path, int flags);

  const std::filesystem::path path_;
  const OpenFile file_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace twinledger::keyring
