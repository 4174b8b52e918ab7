// Files that several programs read and change: whole reads, locked writes, replacing a file at
// once.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/result.h"

namespace twinledger {

// INTERNAL, reason FILE_ERROR, with what errno says.
Error FileError(const std::filesystem::path& path, std::string_view doing);

// Kept until the file is closed, against other programs and other `OpenFile`s of this one.
enum class FileLock {
  kNone,
  kShared,     // Nobody changes it meanwhile.
  kExclusive,  // Nobody else reads or changes it meanwhile, if they ask for a lock.
};

// An open file; waits for who holds a lock that excludes its own.
class OpenFile {
 public:
  OpenFile(const std::filesystem::path& path, int flags, FileLock lock = FileLock::kExclusive);
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile();

  int fd() const { return fd_; }
  bool ok() const { return fd_ >= 0; }

 private:
  int fd_;
};

// The file as text; nothing if there is none. Whatever else keeps it from being read is an error.
Result<std::optional<std::string>> FileContents(const std::filesystem::path& path);

// Writes and syncs; false with errno.
bool WriteAndSync(int fd, std::string_view bytes);

// In one step, so that a crash leaves the old text or the new one; its owner alone may read it.
Result<void> ReplaceFile(const std::filesystem::path& path, std::string_view text);

// Takes the first line off `text`.
std::string_view NextLine(std::string_view& text);

}  // namespace twinledger
