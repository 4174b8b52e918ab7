#include "twinledger/output/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace twinledger::client {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kQuiet{1000};        // Short work needs no progress.
constexpr milliseconds kRedraw{100};        // Faster than this only flickers.
constexpr milliseconds kLineEvery{10'000};  // A log file should not fill with progress.
constexpr std::uint64_t kBarWidth = 24;

std::string Bar(std::uint64_t done, std::uint64_t total) {
  const std::uint64_t filled = total == 0 ? kBarWidth : kBarWidth * std::min(done, total) / total;
  return fmt::format("[{:#<{}}{:.<{}}]", "", filled, "", kBarWidth - filled);
}

}  // namespace

Progress::Progress(Terminal& terminal, const Clock& clock, std::string what, std::string unit,
                   std::optional<std::uint64_t> total)
    : terminal_(terminal),
      clock_(clock),
      what_(std::move(what)),
      unit_(std::move(unit)),
      total_(total),
      started_(clock.Monotonic()) {}

Progress::~Progress() {
  if (shown_ && terminal_.err_is_terminal) terminal_.err << "\r\x1b[K" << std::flush;
}

void Progress::At(std::uint64_t done) {
  const MonotonicTime now = clock_.Monotonic();
  if (now - started_ < kQuiet) return;
  if (shown_ && now - *shown_ < (terminal_.err_is_terminal ? kRedraw : kLineEvery)) return;
  shown_ = now;
  if (terminal_.err_is_terminal) {
    terminal_.err << '\r' << Line(done, now) << "\x1b[K" << std::flush;
  } else {
    terminal_.err << Line(done, now) << std::endl;
  }
}

std::string Progress::Line(std::uint64_t done, MonotonicTime now) const {
  const double elapsed = std::chrono::duration<double>(now - started_).count();
  const double rate = elapsed > 0 ? static_cast<double>(done) / elapsed : 0;
  if (!total_) return fmt::format("{}: {} {}, {:.0f}/s", what_, done, unit_, rate);
  const double todo = static_cast<double>(*total_ - std::min(done, *total_));
  return fmt::format("{}: {} {} of {} {}, {:.0f}/s, {} left", what_, Bar(done, *total_), done,
                     *total_, unit_, rate,
                     rate > 0 ? fmt::format("{:.0f} s", todo / rate) : "unknown time");
}

}  // namespace twinledger::client
