#include "platform/identity/issued_certificates.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <system_error>

namespace twinledger::identity {
namespace {

Error FileError(const std::filesystem::path& path, std::string_view doing) {
  const std::string why = std::system_category().message(errno);
  return {Code::kInternal,
          fmt::format("{}: {}: {}", path.string(), doing, why),
          "FILE_ERROR",
          {{"file", path.string()}}};
}

// An open file. `lock` waits for the other program that may change it; the lock ends with this.
class OpenFile {
 public:
  OpenFile(const std::filesystem::path& path, int flags, bool lock = true)
      : fd_(open(path.c_str(), flags | O_CLOEXEC, 0600)) {
    if (fd_ >= 0 && lock && flock(fd_, LOCK_EX) != 0) {
      close(fd_);
      fd_ = -1;
    }
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (fd_ >= 0) close(fd_);
  }

  int fd() const { return fd_; }
  bool ok() const { return fd_ >= 0; }

 private:
  int fd_;
};

// The file as text; empty if there is none. Whatever else keeps it from being read is an error: an
// empty list of revocations must be meant.
Result<std::string> Contents(const std::filesystem::path& path) {
  const OpenFile file(path, O_RDONLY, false);
  if (!file.ok() && errno == ENOENT) return std::string();
  if (!file.ok()) return FileError(path, "open");
  std::string text;
  std::array<char, 16 * 1024> block;
  while (true) {
    const ssize_t count = read(file.fd(), block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return FileError(path, "read");
    if (count == 0) return text;
    text.append(block.data(), static_cast<std::size_t>(count));
  }
}

bool Write(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return fsync(fd) == 0;
}

bool IsSerial(std::string_view text) {
  return !text.empty() && text.size() <= 40 && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
}

std::string_view NextLine(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

std::string Rfc3339(WallTime time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", std::chrono::floor<std::chrono::seconds>(time));
}

}  // namespace

std::filesystem::path IssuedFile(const std::filesystem::path& folder) {
  return folder / "issued.jsonl";
}

std::filesystem::path RevokedFile(const std::filesystem::path& folder) {
  return folder / "revoked.txt";
}

Result<std::vector<IssuedEntry>> ReadIssued(const std::filesystem::path& folder) {
  TL_TRY(const std::string text, Contents(IssuedFile(folder)));
  std::vector<IssuedEntry> entries;
  for (std::string_view rest = text; !rest.empty();) {
    const nlohmann::json line = nlohmann::json::parse(NextLine(rest), nullptr, false);
    if (!line.is_object()) continue;
    const auto serial = line.find("serial");
    const auto uri = line.find("uri");
    const auto not_after = line.find("not_after_s");
    if (serial == line.end() || !serial->is_string() || uri == line.end() || !uri->is_string() ||
        not_after == line.end() || !not_after->is_number_integer()) {
      continue;
    }
    entries.push_back(
        {.serial = serial->get<std::string>(),
         .uri = uri->get<std::string>(),
         .not_after = WallTime(std::chrono::seconds(not_after->get<std::int64_t>()))});
  }
  return entries;
}

Result<void> AppendIssued(const std::filesystem::path& folder, const IssuedEntry& entry) {
  const std::filesystem::path path = IssuedFile(folder);
  const OpenFile file(path, O_RDWR | O_CREAT | O_APPEND);
  if (!file.ok()) return FileError(path, "open");
  char last = '\n';
  const off_t size = lseek(file.fd(), 0, SEEK_END);
  if (size > 0 && pread(file.fd(), &last, 1, size - 1) != 1) return FileError(path, "read");
  const nlohmann::json line{
      {"serial", entry.serial},
      {"uri", entry.uri},
      {"not_after_s",
       std::chrono::floor<std::chrono::seconds>(entry.not_after).time_since_epoch().count()}};
  // A line that a crash cut is ended first, so that it cannot spoil this one.
  const std::string text = (last == '\n' ? "" : "\n") + line.dump() + "\n";
  if (!Write(file.fd(), text)) return FileError(path, "append");
  return {};
}

Result<std::unordered_set<std::string>> ReadRevoked(const std::filesystem::path& folder) {
  TL_TRY(const std::string text, Contents(RevokedFile(folder)));
  std::unordered_set<std::string> serials;
  int number = 0;
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view line = NextLine(rest);
    ++number;
    line = line.substr(0, line.find('#'));
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) continue;
    line.remove_prefix(begin);
    const std::string_view serial = line.substr(0, line.find_first_of(" \t\r"));
    if (!IsSerial(serial)) {
      return Error{Code::kFailedPrecondition,
                   fmt::format("{}, line {}: '{}' is no serial number: correct the line, or remove "
                               "it if it revokes nothing",
                               RevokedFile(folder).string(), number, serial),
                   "BAD_REVOCATION_LIST",
                   {{"line", std::to_string(number)}}};
    }
    serials.emplace(serial);
  }
  return serials;
}

Result<void> AddRevoked(const std::filesystem::path& folder,
                        const std::vector<IssuedEntry>& entries, WallTime now) {
  const OpenFile issued(IssuedFile(folder), O_RDWR | O_CREAT);  // Stands for both files.
  if (!issued.ok()) return FileError(IssuedFile(folder), "lock");
  const std::filesystem::path path = RevokedFile(folder);
  TL_TRY(std::string text, Contents(path));
  if (!text.empty() && text.back() != '\n') text += '\n';
  for (const IssuedEntry& entry : entries) {
    text += fmt::format("{} {} {}\n", entry.serial, Rfc3339(now), entry.uri);
  }
  const std::filesystem::path draft = path.string() + ".new";
  {
    const OpenFile file(draft, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file.ok() || !Write(file.fd(), text)) return FileError(draft, "write");
  }
  if (rename(draft.c_str(), path.c_str()) != 0) return FileError(path, "replace");
  const OpenFile parent(folder, O_RDONLY | O_DIRECTORY);
  if (!parent.ok() || fsync(parent.fd()) != 0) return FileError(folder, "sync");
  return {};
}

}  // namespace twinledger::identity
