#include "platform/keyring/keyring_folder.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <optional>
#include <system_error>

#include "platform/base/whole_number.h"
#include "platform/keyring/open_epoch.h"

namespace twinledger::keyring {
namespace {

constexpr std::string_view kFilePrefix = "epoch-";
constexpr std::string_view kFileSuffix = ".keys";

std::optional<std::uint32_t> EpochOf(std::string_view name) {
  if (!name.starts_with(kFilePrefix) || !name.ends_with(kFileSuffix)) return std::nullopt;
  name.remove_prefix(kFilePrefix.size());
  name.remove_suffix(kFileSuffix.size());
  return WholeNumber<std::uint32_t>(name);
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
  TL_TRY(const auto file, OpenEpoch::Open(path));
  return file->ReadUpTo(offset, std::numeric_limits<std::uint64_t>::max());
}

}  // namespace twinledger::keyring
