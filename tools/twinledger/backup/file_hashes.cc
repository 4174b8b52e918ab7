#include "twinledger/backup/file_hashes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>

namespace twinledger::client {
namespace {

namespace fs = std::filesystem;

// A file's bytes without a copy: segments are large. Threads: confined to one.
class MappedFile {
 public:
  explicit MappedFile(const fs::path& path)
      : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    struct stat status {};
    if (descriptor_ < 0 || fstat(descriptor_, &status) != 0) return;
    size_ = static_cast<std::size_t>(status.st_size);
    if (size_ > 0) bytes_ = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor_, 0);
    ok_ = bytes_ != MAP_FAILED;
  }
  ~MappedFile() {
    if (ok_ && size_ > 0) munmap(bytes_, size_);
    if (descriptor_ >= 0) close(descriptor_);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  bool ok() const { return ok_; }
  std::string_view bytes() const { return {static_cast<const char*>(bytes_), size_}; }

 private:
  int descriptor_;
  std::size_t size_ = 0;
  void* bytes_ = nullptr;
  bool ok_ = false;
};

// Also if it is gone since it was listed.
bool IsDraft(const fs::path& path, fs::file_status status) {
  return path.extension() == ".new" && (fs::is_regular_file(status) || !fs::exists(status));
}

}  // namespace

Error FileProblem(std::string_view what, const fs::path& path, const std::string& why) {
  return Error{.code = Code::kFailedPrecondition,
               .message = fmt::format("cannot {} {}: {}", what, path.string(), why),
               .reason = "FILE_UNUSABLE",
               .metadata = {{"file", path.string()}}};
}

Result<std::vector<std::string>> FilesBelow(const fs::path& folder, Drafts drafts) {
  std::vector<std::string> files;
  std::error_code error;
  fs::recursive_directory_iterator at(folder, error);
  if (error) return FileProblem("read", folder, error.message());
  while (at != fs::recursive_directory_iterator()) {
    const fs::file_status status = at->symlink_status(error);
    if (drafts == Drafts::kTaken || !IsDraft(at->path(), status)) {
      if (error) return FileProblem("read", at->path(), error.message());
      if (fs::is_regular_file(status)) {
        files.push_back(at->path().lexically_relative(folder).generic_string());
      } else if (!fs::is_directory(status)) {
        return FileProblem("back up", at->path(), "it is neither a file nor a folder; remove it");
      }
    }
    at.increment(error);
    if (error) return FileProblem("read", folder, error.message());
  }
  std::ranges::sort(files);
  return files;
}

Result<HashedFile> HashFile(const fs::path& folder, const std::string& path) {
  const MappedFile file(folder / path);
  if (!file.ok()) return FileProblem("read", folder / path, std::generic_category().message(errno));
  return HashedFile{
      .path = path, .bytes = file.bytes().size(), .hash = crypto::Sha256(file.bytes())};
}

}  // namespace twinledger::client
