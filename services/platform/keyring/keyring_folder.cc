#include "platform/keyring/keyring_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <system_error>

#include "platform/keyring/keyring_file.h"

namespace twinledger::keyring {
namespace {

constexpr std::string_view kFilePrefix = "epoch-";
constexpr std::string_view kFileSuffix = ".keys";

std::optional<std::uint32_t> EpochOf(std::string_view name) {
  if (!name.starts_with(kFilePrefix) || !name.ends_with(kFileSuffix)) return std::nullopt;
  name.remove_prefix(kFilePrefix.size());
  name.remove_suffix(kFileSuffix.size());
  std::uint32_t epoch = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), epoch);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return epoch;
}

Error Exposed(const std::filesystem::path& path) {
  return {Code::kFailedPrecondition,
          path.string() + ": others may read or write it; check who did, then chmod 600",
          "KEYRING_EXPOSED",
          {{"file", path.string()}}};
}

bool WriteAt(int fd, std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return fsync(fd) == 0;
}

}  // namespace

std::filesystem::path EpochFile(const DataDirectory& data, std::uint32_t epoch) {
  return data.keyring() /
         (std::string(kFilePrefix) + std::to_string(epoch) + std::string(kFileSuffix));
}

Error KeyringMissing(const DataDirectory& data) {
  return {Code::kFailedPrecondition,
          data.keyring().string() +
              ": the keyring is missing, and names and texts in the log cannot be read without "
              "it; restore it from the youngest backup, or from another replica",
          "KEYRING_MISSING",
          {{"folder", data.keyring().string()}}};
}

Result<std::unique_ptr<OpenFile>> LockKeyring(const DataDirectory& data, FileLock lock) {
  const std::filesystem::path path = data.keyring() / "LOCK";
  const bool exclusive = lock == FileLock::kExclusive;
  auto file = std::make_unique<OpenFile>(path, exclusive ? O_RDWR | O_CREAT : O_RDONLY, lock);
  if (file->ok()) return file;
  if (errno != ENOENT) return FileError(path, "lock");
  if (exclusive) return KeyringMissing(data);
  return std::unique_ptr<OpenFile>();  // Nobody ever appended: a backup, as it was made.
}

Result<std::uint32_t> CurrentEpoch(const DataDirectory& data) {
  std::uint32_t epoch = 0;
  std::error_code error;
  std::filesystem::directory_iterator file(data.keyring(), error);
  for (; !error && file != std::filesystem::directory_iterator(); file.increment(error)) {
    epoch = std::max(epoch, EpochOf(file->path().filename().string()).value_or(0));
  }
  if (!error || error == std::errc::no_such_file_or_directory) return epoch;
  errno = error.value();
  return FileError(data.keyring(), "read");
}

Result<std::string> ReadKeyringFile(const std::filesystem::path& path, std::uint64_t offset) {
  const OpenFile file(path, O_RDONLY, FileLock::kNone);
  struct stat status {};
  if (!file.ok() || fstat(file.fd(), &status) != 0) return FileError(path, "open");
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) return Exposed(path);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size < offset) return DamagedKeyring(path, size, "keys that were here are gone");
  std::string bytes(size - offset, '\0');
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t count = pread(file.fd(), bytes.data() + done, bytes.size() - done,
                                static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return FileError(path, "read");
    done += static_cast<std::size_t>(count);
  }
  return bytes;
}

Result<void> SyncKeyringFile(const std::filesystem::path& path) {
  const OpenFile file(path, O_RDONLY, FileLock::kNone);
  if (!file.ok()) return FileError(path, "open");
  // What cannot be written to cannot be synced either, and need not be.
  if (fsync(file.fd()) == 0 || errno == EINVAL || errno == EROFS) return {};
  return FileError(path, "sync");
}

Result<void> AppendToKeyringFile(const std::filesystem::path& path, std::uint64_t offset,
                                 std::string_view bytes) {
  const OpenFile file(path, O_RDWR, FileLock::kNone);
  if (!file.ok()) return FileError(path, "open");
  if (ftruncate(file.fd(), static_cast<off_t>(offset)) != 0) return FileError(path, "cut");
  if (WriteAt(file.fd(), offset, bytes)) return {};
  const Error error = FileError(path, "append");
  // Also what a later sync would call written: the system may have dropped those pages.
  static_cast<void>(ftruncate(file.fd(), static_cast<off_t>(offset)));
  return error;
}

}  // namespace twinledger::keyring
