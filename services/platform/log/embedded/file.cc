#include "platform/log/embedded/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace twinledger::log {

Result<File> File::Open(const std::filesystem::path& path, int flags) {
  constexpr mode_t kPrivate = 0600;
  File file;
  file.path_ = path;
  file.descriptor_ = ::open(path.c_str(), flags | O_CLOEXEC, kPrivate);
  if (file.descriptor_ < 0) return FileError("open", path, errno);
  return file;
}

File::File(File&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::uint64_t> File::Size() const {
  struct stat status = {};
  if (::fstat(descriptor_, &status) != 0) return FileError("stat", path_, errno);
  return static_cast<std::uint64_t>(status.st_size);
}

Result<std::string> File::ReadAt(std::uint64_t place, std::size_t count) const {
  std::string bytes(count, '\0');
  std::size_t done = 0;
  while (done < count) {
    const ssize_t got =
        ::pread(descriptor_, bytes.data() + done, count - done, static_cast<off_t>(place + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FileError("read", path_, errno);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

int File::WriteAt(std::uint64_t place, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put =
        ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(place));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return errno;
    if (put == 0) return ENOSPC;
    bytes.remove_prefix(static_cast<std::size_t>(put));
    place += static_cast<std::uint64_t>(put);
  }
  return 0;
}

int File::Resize(std::uint64_t size) {
  return ::ftruncate(descriptor_, static_cast<off_t>(size)) == 0 ? 0 : errno;
}

Result<void> WriteWhole(const std::filesystem::path& path, std::string_view bytes) {
  std::filesystem::path made = path;
  made += ".new";
  TL_TRY(File file, File::Open(made, O_RDWR | O_CREAT | O_TRUNC));
  int error_number = file.WriteAt(0, bytes);
  if (error_number == 0 && ::fsync(file.descriptor()) != 0) error_number = errno;
  if (error_number == 0 && ::rename(made.c_str(), path.c_str()) != 0) error_number = errno;
  if (error_number != 0) {
    ::unlink(made.c_str());
    return FileError("write", path, error_number);
  }
  return SyncDirectory(path.parent_path());
}

Result<void> SyncDirectory(const std::filesystem::path& path) {
  const std::filesystem::path place = path.empty() ? "." : path;
  TL_TRY(const File directory, File::Open(place, O_RDONLY | O_DIRECTORY));
  if (::fsync(directory.descriptor()) != 0) return FileError("sync", place, errno);
  return {};
}

NewDirectory::NewDirectory(const std::filesystem::path& place)
    : place_(place.has_filename() ? place : place.parent_path()), made_(place_) {
  made_ += ".new";
}

Result<void> NewDirectory::Make() {
  constexpr mode_t kPrivate = 0700;
  std::error_code error;
  std::filesystem::remove_all(made_, error);
  if (::mkdir(made_.c_str(), kPrivate) != 0) return FileError("create", made_, errno);
  return {};
}

Result<void> NewDirectory::Place() {
  TL_TRY_VOID(SyncDirectory(made_));
  if (::rename(made_.c_str(), place_.c_str()) != 0) return FileError("create", place_, errno);
  return SyncDirectory(place_.parent_path());
}

bool IsEmptyOrMissing(const std::filesystem::path& directory) {
  std::error_code error;
  const bool empty = std::filesystem::is_empty(directory, error);
  return error == std::errc::no_such_file_or_directory || (!error && empty);
}

bool IsOutOfSpace(int error_number) {
  return error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG;
}

Error FileError(std::string_view verb, const std::filesystem::path& path, int error_number) {
  Error error;
  error.code = Code::kUnavailable;
  error.reason = "FILE_FAILED";
  std::string_view remedy = "check the disk and the permissions";
  if (IsOutOfSpace(error_number)) {
    error.code = Code::kResourceExhausted;
    error.reason = "DISK_FULL";
    error.retry_after = std::chrono::seconds(1);
    remedy = "free some space; writing goes on by itself";
  } else if (error_number == ENOENT) {
    error.code = Code::kNotFound;
    error.reason = "FILE_MISSING";
    remedy = "check the path";
  } else if (error_number == EEXIST) {
    error.code = Code::kAlreadyExists;
    error.reason = "FILE_EXISTS";
    remedy = "choose another path";
  } else if (error_number == EACCES || error_number == EPERM) {
    error.code = Code::kPermissionDenied;
    error.reason = "FILE_DENIED";
    remedy = "run as the owner of the directory";
  }
  error.message = fmt::format("cannot {} {}: {}; {}", verb, path.string(),
                              std::generic_category().message(error_number), remedy);
  error.metadata = {{"file", path.string()}, {"errno", std::to_string(error_number)}};
  return error;
}

}  // namespace twinledger::log
