#include "platform/server/scrub_memory.h"

#include <charconv>
#include <string>
#include <system_error>

#include "platform/base/private_file.h"

namespace twinledger::server {
namespace {

// In place of the time of a pass that found damage: long ago.
constexpr WallTime kFoundDamaged{};

std::filesystem::path FileOf(const DataDirectory& data) { return data.root() / "scrubbed.txt"; }

// Nothing if it is not known: it was never checked, or the file is not as we write it.
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

}  // namespace

ScrubPlan RememberedScrubPlan(std::optional<std::chrono::hours> period, const DataDirectory& data,
                              WallTime now) {
  const std::optional<WallTime> ended = LoadScrubbed(data);
  if (!ended) StoreScrubbed(data, now);
  ScrubPlan plan = ShyScrubPlan(period, ended, now);
  plan.damage_known = ended == kFoundDamaged;
  plan.on_end = [data](WallTime when, bool sound) {
    StoreScrubbed(data, sound ? when : kFoundDamaged);
  };
  return plan;
}

}  // namespace twinledger::server
