#include "platform/server/startup_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace twinledger::server {

std::uint64_t RecordsRead(const std::vector<projection::PartitionStatus>& partitions) {
  std::uint64_t records = 0;
  for (const auto& partition : partitions) records += partition.next_offset;
  return records;
}

ReadProgress ProgressOf(const std::vector<projection::PartitionStatus>& partitions,
                        std::uint64_t begun, std::chrono::microseconds took) {
  ReadProgress progress;
  progress.records = RecordsRead(partitions);
  for (const auto& partition : partitions) {
    progress.records_total += std::max(partition.tail, partition.next_offset);
  }
  const double seconds = std::chrono::duration<double>(took).count();
  if (seconds <= 0 || progress.records <= begun) return progress;
  progress.records_per_second = static_cast<double>(progress.records - begun) / seconds;
  progress.seconds_left =
      static_cast<double>(progress.records_total - progress.records) / progress.records_per_second;
  return progress;
}

std::string Show(const ReadProgress& progress) {
  const double percent = progress.records_total == 0
                             ? 100.0
                             : 100.0 * static_cast<double>(progress.records) /
                                   static_cast<double>(progress.records_total);
  return fmt::format("reading the log: {} of {} records ({:.0f} %), {:.0f} records/s, {} left",
                     progress.records, progress.records_total, percent, progress.records_per_second,
                     progress.records_per_second > 0
                         ? fmt::format("{:.0f} s", progress.seconds_left)
                         : "unknown time");
}

StartupProgress::StartupProgress(telemetry::Logger& logger, const Clock& clock, bool terminal)
    : logger_(logger),
      clock_(clock),
      terminal_(terminal),
      started_(clock.Monotonic()),
      shown_(started_) {}

void StartupProgress::Update(const std::vector<projection::PartitionStatus>& partitions) {
  if (first_) begun_ = RecordsRead(partitions);
  first_ = false;
  // A start of under a second shows nothing.
  const auto period = terminal_ ? std::chrono::seconds(1) : std::chrono::seconds(10);
  const MonotonicTime now = clock_.Monotonic();
  if (now - shown_ < period) return;
  shown_ = now;
  const std::string text = Show(ProgressOf(partitions, begun_, now - started_));
  if (!terminal_) {
    logger_.Info(text);
    return;
  }
  drawn_ = true;
  fmt::print(stderr, "\r\x1b[2K{}", text);
  std::fflush(stderr);
}

void StartupProgress::End() {
  if (drawn_) fmt::print(stderr, "\r\x1b[2K");
}

}  // namespace twinledger::server
