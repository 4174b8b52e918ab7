#include "platform/base/locked_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace twinledger {

Error FileError(const std::filesystem::path& path, std::string_view doing) {
  const std::string why = std::system_category().message(errno);
  return {Code::kInternal,
          path.string() + ": " + std::string(doing) + ": " + why,
          "FILE_ERROR",
          {{"file", path.string()}}};
}

OpenFile::OpenFile(const std::filesystem::path& path, int flags, FileLock lock)
    : fd_(open(path.c_str(), flags | O_CLOEXEC, 0600)) {
  if (fd_ < 0 || lock == FileLock::kNone) return;
  int locked = 0;
  do {
    locked = flock(fd_, lock == FileLock::kShared ? LOCK_SH : LOCK_EX);
  } while (locked != 0 && errno == EINTR);
  if (locked == 0) return;
  const int number = errno;
  close(fd_);
  errno = number;
  fd_ = -1;
}

OpenFile::~OpenFile() {
  if (fd_ >= 0) close(fd_);
}

Result<std::optional<std::string>> FileContents(const std::filesystem::path& path) {
  const OpenFile file(path, O_RDONLY, FileLock::kNone);
  if (!file.ok() && errno == ENOENT) return std::optional<std::string>();
  if (!file.ok()) return FileError(path, "open");
  std::string text;
  std::array<char, 16 * 1024> block;
  while (true) {
    const ssize_t count = read(file.fd(), block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return FileError(path, "read");
    if (count == 0) return std::optional(std::move(text));
    text.append(block.data(), static_cast<std::size_t>(count));
  }
}

bool WriteAndSync(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return fsync(fd) == 0;
}

Result<void> ReplaceFile(const std::filesystem::path& path, std::string_view text) {
  const std::filesystem::path draft = path.string() + ".new";
  if (unlink(draft.c_str()) != 0 && errno != ENOENT) return FileError(draft, "remove");
  {
    // A new one: of an old one others may have been let in.
    const OpenFile file(draft, O_WRONLY | O_CREAT | O_EXCL, FileLock::kNone);
    if (!file.ok() || !WriteAndSync(file.fd(), text)) return FileError(draft, "write");
  }
  if (rename(draft.c_str(), path.c_str()) != 0) return FileError(path, "replace");
  const std::filesystem::path folder = path.parent_path();
  const OpenFile parent(folder, O_RDONLY | O_DIRECTORY);
  if (!parent.ok() || fsync(parent.fd()) != 0) return FileError(folder, "sync");
  return {};
}

std::string_view NextLine(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace twinledger
