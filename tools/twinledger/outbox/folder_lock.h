// A lock between programs of one machine, by a file (flock). The kernel gives it back when its
// holder ends, however it ends.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>

#include "platform/base/locked_file.h"
#include "platform/base/result.h"

namespace twinledger::client {

// How long to wait for who holds a lock; ends early where `stopped` says so.
struct LockWait {
  std::chrono::milliseconds longest;
  std::function<bool()> stopped = [] { return false; };
};

// Held while it lives. Threads: confined to one.
class FolderLock {
 public:
  // `file` is made if it is not there. UNAVAILABLE, reason OUTBOX_BUSY, where it is held for too
  // long; CANCELLED where the wait was stopped.
  static Result<FolderLock> Take(const std::filesystem::path& file, const LockWait& wait);

 private:
  explicit FolderLock(std::unique_ptr<OpenFile> file) : file_(std::move(file)) {}

  std::unique_ptr<OpenFile> file_;
};

}  // namespace twinledger::client
