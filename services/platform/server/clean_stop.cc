#include "platform/server/clean_stop.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <map>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include "platform/base/private_file.h"
#include "platform/crypto/hash.h"

namespace twinledger::server {
namespace {

namespace fs = std::filesystem;

fs::path MarkOf(const DataDirectory& data) { return data.root() / "clean_stop"; }

std::vector<fs::path> FoldersOf(const DataDirectory& data) {
  std::vector<fs::path> folders;
  std::error_code error;
  if (fs::is_directory(data.log(), error)) folders.push_back(data.log());
  for (fs::directory_iterator at(data.projections(), error), end; !error && at != end;
       at.increment(error)) {
    if (at->is_directory(error)) folders.push_back(at->path());
  }
  return folders;
}

// Empty where it cannot be told: that is like no hash.
std::string HashOf(const fs::path& folder) {
  std::map<std::string, std::string> files;
  std::error_code error;
  fs::directory_iterator at(folder, error);
  for (const fs::directory_iterator end; !error && at != end; at.increment(error)) {
    struct stat status = {};
    if (stat(at->path().c_str(), &status) != 0) return "";
    files[at->path().filename().string()] =
        fmt::format("{} {} {}.{:09}", status.st_ino, status.st_size, status.st_ctim.tv_sec,
                    status.st_ctim.tv_nsec);
  }
  if (error) return "";
  std::string text;
  for (const auto& [name, state] : files) text += fmt::format("{} {}\n", name, state);
  return crypto::Hex(crypto::Sha256(text));
}

}  // namespace

Result<CleanStop> CleanStop::Take(const DataDirectory& data) {
  const Result<std::string> mark = ReadPrivateFile(MarkOf(data));
  // Of two starts at once only the one that took it away may go by it.
  TL_TRY(const bool taken, RemovePrivateFile(MarkOf(data)));
  CleanStop stop;
  if (!mark || !taken) return stop;
  std::istringstream lines(*mark);
  for (std::string hash, folder; lines >> hash && std::getline(lines >> std::ws, folder);) {
    if (HashOf(data.root() / folder) == hash) stop.left_.insert(data.root() / folder);
  }
  return stop;
}

Result<void> MarkCleanStop(const DataDirectory& data) {
  std::string mark;
  for (const fs::path& folder : FoldersOf(data)) {
    const std::string hash = HashOf(folder);
    if (hash.empty()) continue;
    mark += fmt::format("{} {}\n", hash, folder.lexically_relative(data.root()).string());
  }
  return WritePrivateFile(MarkOf(data), mark);
}

}  // namespace twinledger::server
