// A file by its descriptor: reads and writes at a place, whole or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "platform/base/result.h"

namespace twinledger::log {

// Threads: reads and writes at different places may run at once.
class File {
 public:
  // `flags` as of open(2); a file that is created is private to its owner.
  static Result<File> Open(const std::filesystem::path& path, int flags);

  File() = default;
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();

  int descriptor() const { return descriptor_; }
  const std::filesystem::path& path() const { return path_; }

  Result<std::uint64_t> Size() const;

  // Up to `count` bytes; fewer only at the end of the file.
  Result<std::string> ReadAt(std::uint64_t place, std::size_t count) const;

  // 0, or errno; then an unknown part of the bytes is written.
  int WriteAt(std::uint64_t place, std::string_view bytes);
  int Resize(std::uint64_t size);

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
};

// Creates or replaces `path` with `bytes`, synced, the name included. `path`.new may be left behind
// by a crash.
Result<void> WriteWhole(const std::filesystem::path& path, std::string_view bytes);

Result<void> SyncDirectory(const std::filesystem::path& path);

// Makes a directory whole or not at all: Make creates one beside it, private to its owner, and
// Place gives it its name, which must be free or that of an empty directory.
class NewDirectory {
 public:
  explicit NewDirectory(const std::filesystem::path& place);

  // What an earlier attempt left behind is removed.
  Result<void> Make();
  const std::filesystem::path& made() const { return made_; }
  Result<void> Place();

 private:
  std::filesystem::path place_;
  std::filesystem::path made_;
};

// Whether there is nothing that a new directory would take the place of.
bool IsEmptyOrMissing(const std::filesystem::path& directory);

// Whether writing failed because there is no room.
bool IsOutOfSpace(int error_number);

// "verb path: text of errno", as an Error that fits it.
Error FileError(std::string_view verb, const std::filesystem::path& path, int error_number);

}  // namespace twinledger::log
