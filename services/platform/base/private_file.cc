#include "platform/base/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace twinledger {
namespace {

constexpr off_t kFileBytesMax = 64 * 1024;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Error FileError(Code code, std::string reason, const std::filesystem::path& path,
                const std::string& what) {
  return {code, path.string() + ": " + what, std::move(reason), {{"file", path.string()}}};
}

Error SystemError(const std::filesystem::path& path, const std::string& doing) {
  const int number = errno;
  const Code code = number == ENOSPC || number == EDQUOT ? Code::kResourceExhausted
                    : number == EACCES || number == EPERM || number == EROFS
                        ? Code::kFailedPrecondition
                        : Code::kInternal;
  return FileError(code, "FILE_ERROR", path, doing + ": " + std::system_category().message(number));
}

Result<void> SyncFolder(const std::filesystem::path& path) {
  const Descriptor folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || fsync(folder.get()) != 0) return SystemError(path, "sync of the folder");
  return {};
}

Result<void> WriteAll(int fd, const std::filesystem::path& path, std::string_view contents) {
  while (!contents.empty()) {
    const ssize_t written = write(fd, contents.data(), contents.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return SystemError(path, "write");
    contents.remove_prefix(static_cast<std::size_t>(written));
  }
  if (fsync(fd) != 0) return SystemError(path, "sync");
  return {};
}

}  // namespace

Result<void> MakePrivateFolder(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return {};
  if (path.has_parent_path() && path.parent_path() != path) {
    TL_TRY_VOID(MakePrivateFolder(path.parent_path()));
  }
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return SystemError(path, "new folder");
  if (!std::filesystem::is_directory(path, error)) {
    return FileError(Code::kFailedPrecondition, "NOT_A_FOLDER", path, "is no folder; move it away");
  }
  return SyncFolder(path.has_parent_path() ? path.parent_path() : ".");
}

Result<void> WritePrivateFile(const std::filesystem::path& path, std::string_view contents) {
  const std::filesystem::path draft = path.string() + ".new";
  if (unlink(draft.c_str()) != 0 && errno != ENOENT) return SystemError(draft, "removal");
  const Descriptor file(open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.get() < 0) return SystemError(draft, "new file");
  TL_TRY_VOID(WriteAll(file.get(), draft, contents));
  // A link, not a rename: it never replaces what is there.
  const int linked = link(draft.c_str(), path.c_str());
  const int number = errno;
  unlink(draft.c_str());
  if (linked != 0 && number == EEXIST) {
    return FileError(Code::kAlreadyExists, "FILE_EXISTS", path, "is there already");
  }
  errno = number;
  if (linked != 0) return SystemError(path, "new file");
  return SyncFolder(path.has_parent_path() ? path.parent_path() : ".");
}

Result<bool> RemovePrivateFile(const std::filesystem::path& path) {
  if (unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return false;
    return SystemError(path, "removal");
  }
  TL_TRY_VOID(SyncFolder(path.has_parent_path() ? path.parent_path() : "."));
  return true;
}

Result<std::string> ReadPrivateFile(const std::filesystem::path& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0 && errno == ENOENT) {
    return FileError(Code::kNotFound, "FILE_MISSING", path, "is not there");
  }
  struct stat status {};
  if (file.get() < 0 || fstat(file.get(), &status) != 0) return SystemError(path, "open");
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return FileError(Code::kFailedPrecondition, "FILE_EXPOSED", path,
                     "others may read or write it; check who did, then chmod 600");
  }
  if (status.st_size > kFileBytesMax) {
    return FileError(Code::kFailedPrecondition, "FILE_TOO_LARGE", path, "has over 64 KiB");
  }
  std::string contents(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t done = 0;
  while (done < contents.size()) {
    const ssize_t count = read(file.get(), contents.data() + done, contents.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return SystemError(path, "read");
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  contents.resize(done);
  return contents;
}

}  // namespace twinledger
