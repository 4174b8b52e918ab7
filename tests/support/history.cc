#include "tests/support/history.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <sstream>
#include <string_view>

#include "platform/base/check.h"

namespace twinledger::support {
namespace {

constexpr std::array<std::string_view, 5> kKinds = {"invoke", "ok", "refused", "fail", "unknown"};

HistoryEvent Parse(const std::string& line) {
  std::istringstream words(line);
  std::string kind;
  HistoryEvent event;
  words >> kind >> event.request_id >> event.what >> event.commit_hash >> event.at_ns;
  const auto* const found = std::find(kKinds.begin(), kKinds.end(), kind);
  TL_CHECK(!words.fail() && found != kKinds.end());
  event.kind = static_cast<HistoryEvent::Kind>(found - kKinds.begin());
  return event;
}

}  // namespace

HistoryFile::HistoryFile(const std::filesystem::path& path)
    : fd_(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {
  TL_CHECK(fd_ >= 0);
}

HistoryFile::~HistoryFile() { close(fd_); }

void HistoryFile::Write(HistoryEvent event) {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const auto word = [](const std::string& text) { return text.empty() ? "-" : text; };
  const std::string line =
      fmt::format("{} {} {} {} {}\n", kKinds[static_cast<std::size_t>(event.kind)],
                  event.request_id, word(event.what), word(event.commit_hash),
                  std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
  TL_CHECK(write(fd_, line.data(), line.size()) == static_cast<ssize_t>(line.size()));
}

std::vector<HistoryEvent> ReadHistory(const std::filesystem::path& folder) {
  std::vector<HistoryEvent> events;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) events.push_back(Parse(line));
  }
  std::ranges::stable_sort(events, {}, &HistoryEvent::at_ns);
  return events;
}

}  // namespace twinledger::support
