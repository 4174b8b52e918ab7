#include "platform/server/void_alarm.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace twinledger::server {
namespace {

constexpr std::chrono::minutes kMinute{1};

// More replicas than this write to one log never.
constexpr std::uint64_t kRacersMax = 10;
// What was in flight when a count began, and late copies after a broker hung.
constexpr std::uint64_t kRacesAllowed = 1'000;

bool MayBeRace(log::VoidReason reason) {
  return reason == log::VoidReason::kSequence || reason == log::VoidReason::kPreviousHash ||
         reason == log::VoidReason::kClosed;
}

}  // namespace

VoidAlarm::VoidAlarm(telemetry::Logger& logger, const Clock& clock)
    : logger_(logger), clock_(clock) {}

void VoidAlarm::Look(const std::vector<projection::PartitionStatus>& partitions) {
  for (const projection::PartitionStatus& status : partitions) LookAt(status);
}

void VoidAlarm::LookAt(const projection::PartitionStatus& status) {
  const MonotonicTime now = clock_.Monotonic();
  const auto [found, first] =
      minutes_.try_emplace(status.partition, Minute{now, {}, status.voids_read.since, false});
  Minute& minute = found->second;
  const bool over = now - minute.begin >= kMinute;
  if (minute.told && !over) return;

  std::uint64_t strange = 0;
  std::uint64_t races = 0;
  std::string reasons;
  for (const auto& [reason, count] : status.voids_read.by_reason) {
    const std::uint64_t fresh = count - std::min(count, minute.voids[reason]);
    if (fresh == 0) continue;
    (MayBeRace(reason) ? races : strange) += fresh;
    reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ", fresh, log::Name(reason));
  }
  const log::Sequence accepted = status.sequence - std::min(status.sequence, minute.sequence);
  const bool tell = strange > 0 || races > kRacesAllowed + kRacersMax * accepted;
  if (tell || over) minute = {now, status.voids_read.by_reason, status.sequence, tell};
  if (!tell) return;
  const std::string partition = log::ToString(status.partition);
  logger_.Warning(
      fmt::format("others than this log's writers append to {}: {} void records ({}), the last at "
                  "offset {}; they change nothing; see who may write to the topic, and take the "
                  "right away",
                  partition, strange + races, reasons, status.voids_read.last),
      {.partition = partition, .reason = "VOID_RECORDS"});
}

}  // namespace twinledger::server
