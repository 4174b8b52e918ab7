#include "twinledger/outbox/folder_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>
#include <thread>

#include "platform/base/clock.h"

namespace twinledger::client {

Result<FolderLock> FolderLock::Take(const std::filesystem::path& file, const LockWait& wait) {
  constexpr std::chrono::milliseconds kEvery{20};
  auto open = std::make_unique<OpenFile>(file, O_RDWR | O_CREAT, FileLock::kNone);
  if (!open->ok()) return FileError(file, "open");
  const SystemClock clock;
  const MonotonicTime start = clock.Monotonic();
  while (flock(open->fd(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return FileError(file, "lock");
    if (wait.stopped()) {
      return Error{.code = Code::kCancelled, .message = "interrupted", .reason = "CANCELLED"};
    }
    if (clock.Monotonic() - start >= wait.longest) {
      return Error{.code = Code::kUnavailable,
                   .message = fmt::format("another twinledger is at work on {}: wait until it is "
                                          "done, or wait longer with --timeout",
                                          file.parent_path().string()),
                   .reason = "OUTBOX_BUSY",
                   .metadata = {{"folder", file.parent_path().string()}}};
    }
    std::this_thread::sleep_for(kEvery);  // The kernel has no wait with an end for it.
  }
  return FolderLock(std::move(open));
}

}  // namespace twinledger::client
