#include "platform/projection/serving_folder.h"

#include <algorithm>
#include <optional>
#include <system_error>
#include <vector>

#include "platform/base/locked_file.h"
#include "platform/projection/store_folder.h"

namespace twinledger::projection {
namespace {

namespace fs = std::filesystem;

constexpr int kFirstNumber = 2;

}  // namespace

// "registry" or "registry.7".
bool ServingFolder::IsOurs(const std::string& folder) const {
  if (folder == name_) return true;
  const std::string stem = name_ + ".";
  return folder.starts_with(stem) && folder.size() > stem.size() &&
         std::ranges::all_of(folder.substr(stem.size()),
                             [](char each) { return each >= '0' && each <= '9'; });
}

fs::path ServingFolder::Current() const {
  const Result<std::optional<std::string>> text = FileContents(pointer());
  if (!text || !*text || !(*text)->ends_with('\n')) return projections_ / name_;
  const std::string folder = (*text)->substr(0, (*text)->size() - 1);
  return projections_ / (IsOurs(folder) ? folder : name_);
}

fs::path ServingFolder::Next() const {
  std::error_code error;
  for (int number = kFirstNumber;; ++number) {
    fs::path folder = projections_ / (name_ + "." + std::to_string(number));
    if (!fs::exists(folder, error)) return folder;
  }
}

Result<void> ServingFolder::SetCurrent(const fs::path& folder) const {
  return ReplaceFile(pointer(), folder.filename().string() + "\n");
}

void ServingFolder::RemoveOthers() const {
  const fs::path current = Current();
  std::vector<fs::path> others;
  std::error_code error;
  for (fs::directory_iterator at(projections_, error), end; !error && at != end;
       at.increment(error)) {
    const std::string folder = at->path().filename().string();
    if (IsOurs(folder) && folder != current.filename()) others.push_back(at->path());
  }
  // Only what is a store: a folder with anything else in it is left alone.
  for (const fs::path& other : others) static_cast<void>(RemoveStore(other));
}

}  // namespace twinledger::projection
