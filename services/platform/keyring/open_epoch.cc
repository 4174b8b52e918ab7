#include "platform/keyring/open_epoch.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace twinledger::keyring {
namespace {

Error Exposed(const std::filesystem::path& path) {
  return {Code::kFailedPrecondition,
          path.string() + ": others may read or write it; check who did, then chmod 600",
          "KEYRING_EXPOSED",
          {{"file", path.string()}}};
}

Error KeysAreGone(const std::filesystem::path& path, std::uint64_t from) {
  return DamagedKeyring(path, from, "keys that were here are gone");
}

bool WriteAt(int fd, std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return true;
}

}  // namespace

OpenEpoch::OpenEpoch(std::filesystem::path path, int flags)
    : path_(std::move(path)), file_(path_, flags, FileLock::kNone) {}

Result<std::unique_ptr<OpenEpoch>> OpenEpoch::Open(const std::filesystem::path& path) {
  std::unique_ptr<OpenEpoch> epoch(new OpenEpoch(path, O_RDWR));
  const bool read_only = errno == EROFS || errno == EACCES || errno == EPERM;
  if (!epoch->file_.ok() && read_only) epoch.reset(new OpenEpoch(path, O_RDONLY));
  struct stat status {};
  if (!epoch->file_.ok() || fstat(epoch->file_.fd(), &status) != 0) return FileError(path, "open");
  epoch->device_ = status.st_dev;
  epoch->inode_ = status.st_ino;
  return epoch;
}

bool OpenEpoch::IsInPlace() const {
  struct stat status {};
  return stat(path_.c_str(), &status) == 0 && status.st_dev == device_ && status.st_ino == inode_;
}

Result<std::string> OpenEpoch::ReadUpTo(std::uint64_t offset, std::uint64_t most) const {
  struct stat status {};
  if (fstat(file_.fd(), &status) != 0) return FileError(path_, "read");
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) return Exposed(path_);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size < offset) return KeysAreGone(path_, size);
  return Read(offset, static_cast<std::size_t>(std::min(size - offset, most)));
}

Result<KeyringHeader> OpenEpoch::ReadHeader() const {
  TL_TRY(const std::string begin, ReadUpTo(0, kSlotBytes));
  return DecodeHeader(begin, path_);
}

Result<std::string> OpenEpoch::Read(std::uint64_t offset, std::size_t size) const {
  std::string bytes(size, '\0');
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t count = pread(file_.fd(), bytes.data() + done, bytes.size() - done,
                                static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return FileError(path_, "read");
    if (count == 0) return KeysAreGone(path_, offset + done);
    done += static_cast<std::size_t>(count);
  }
  return bytes;
}

Result<void> OpenEpoch::Sync() const {
  // What cannot be written to cannot be synced either, and need not be.
  if (fsync(file_.fd()) == 0 || errno == EINVAL || errno == EROFS) return {};
  return FileError(path_, "sync");
}

Result<void> OpenEpoch::Append(std::uint64_t offset, std::string_view bytes) const {
  struct stat status {};
  if (fstat(file_.fd(), &status) != 0) return FileError(path_, "append");
  const auto end = static_cast<off_t>(offset);
  if (status.st_size != end && ftruncate(file_.fd(), end) != 0) return FileError(path_, "cut");
  if (WriteAt(file_.fd(), offset, bytes) && fdatasync(file_.fd()) == 0) return {};
  const Error error = FileError(path_, "append");
  // Also what a later sync would call written: the system may have dropped those pages.
  static_cast<void>(ftruncate(file_.fd(), end));
  return error;
}

}  // namespace twinledger::keyring
