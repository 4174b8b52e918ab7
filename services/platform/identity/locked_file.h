// Files that several programs read and change: whole reads, locked writes, replacing a file at
// once.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/result.h"

namespace twinledger::identity {

// INTERNAL, reason FILE_ERROR, with what errno says.
Error FileError(const std::filesystem::path& path, std::string_view doing);

// An open file. `lock` waits for the other program that may change it; the lock ends with this.
class OpenFile {
 public:
  OpenFile(const std::filesystem::path& path, int flags, bool lock = true);
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile();

  int fd() const { return fd_; }
  bool ok() const { return fd_ >= 0; }

 private:
  int fd_;
};

// The file as text; nothing if there is none. Whatever else keeps it from being read is an error.
Result<std::optional<std::string>> Contents(const std::filesystem::path& path);

// Writes and syncs; false with errno.
bool Write(int fd, std::string_view bytes);

// In one step, so that a crash leaves the old text or the new one; its owner alone may read it.
Result<void> ReplaceFile(const std::filesystem::path& path, std::string_view text);

// Takes the first line off `text`.
std::string_view NextLine(std::string_view& text);

}  // namespace twinledger::identity
