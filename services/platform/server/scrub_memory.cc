#include "platform/server/scrub_memory.h"

#include <charconv>
#include <string>
#include <system_error>

#include "platform/base/private_file.h"

namespace twinledger::server {
namespace {

std::filesystem::path FileOf(const DataDirectory& data) { return data.root() / "scrubbed.txt"; }

}  // namespace

std::optional<WallTime> LoadScrubbed(const DataDirectory& data) {
  const Result<std::string> text = ReadPrivateFile(FileOf(data));
  if (!text) return std::nullopt;
  std::int64_t microseconds = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, microseconds);
  if (error != std::errc() || std::string_view(stop, end) != "\n") return std::nullopt;
  return WallTime(std::chrono::microseconds(microseconds));
}

void StoreScrubbed(const DataDirectory& data, WallTime when) {
  const std::filesystem::path draft = FileOf(data).string() + ".new";
  std::error_code ignored;
  std::filesystem::remove(draft, ignored);
  const std::string text = std::to_string(when.time_since_epoch().count()) + "\n";
  if (WritePrivateFile(draft, text)) std::filesystem::rename(draft, FileOf(data), ignored);
}

}  // namespace twinledger::server
