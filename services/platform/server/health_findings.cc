#include "platform/server/health_findings.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "platform/server/readiness.h"

namespace twinledger::server {
namespace {

namespace v1 = operations::v1;
using projection::PartitionStatus;
using writer::PartitionWriter;

constexpr std::chrono::hours kUnsettledMax{1};
constexpr std::uint64_t kDiskFreeMin = std::uint64_t{1} << 30;
constexpr std::chrono::days kCertificateMin{30};

v1::HealthFinding Found(v1::HealthCondition condition, std::string_view reason,
                        std::uint64_t amount = 0) {
  v1::HealthFinding finding;
  finding.set_condition(condition);
  finding.set_reason(std::string(reason));
  finding.set_amount(amount);
  return finding;
}

template <class Unit, class Duration>
std::uint64_t Whole(Duration duration) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(
      0, static_cast<std::int64_t>(std::chrono::duration_cast<Unit>(duration).count())));
}

std::uint64_t Strange(const PartitionStatus& status) {
  std::uint64_t voids = 0;
  for (const auto& [reason, count] : status.voids_read.by_reason) voids += count;
  return voids;
}

// Of one partition as its readers see it. Without a bound it has never been at the end: it is not
// behind yet.
Findings OfPartition(const PartitionStatus& status,
                     std::optional<std::chrono::seconds> behind_max) {
  Findings found;
  if (status.stopped) {
    found.push_back(Found(v1::HEALTH_CONDITION_PARTITION_STOPPED, status.stopped->reason));
  } else if (status.no_room) {
    found.push_back(Found(v1::HEALTH_CONDITION_NO_ROOM, status.no_room->reason,
                          status.tail - std::min(status.tail, status.next_offset)));
  } else if (behind_max && status.behind > *behind_max) {
    found.push_back(Found(v1::HEALTH_CONDITION_BEHIND, "NOT_READY",
                          Whole<std::chrono::seconds>(status.behind)));
  }
  if (status.parked > 0) {
    found.push_back(Found(v1::HEALTH_CONDITION_ENTITIES_PARKED, "", status.parked));
  }
  if (const std::uint64_t voids = Strange(status); voids > 0) {
    found.push_back(Found(v1::HEALTH_CONDITION_VOID_RECORDS, "VOID_RECORDS", voids));
  }
  for (v1::HealthFinding& finding : found) finding.set_partition(ToString(status.partition));
  return found;
}

Findings OfWriter(const writer::WriterStatus& status, std::size_t queue_max) {
  Findings found;
  if (status.key_not_enrolled) {
    found.push_back(Found(v1::HEALTH_CONDITION_KEY_NOT_ENROLLED, "KEY_NOT_ENROLLED"));
  }
  if (status.queued * 5 >= queue_max * 4) {
    found.push_back(Found(v1::HEALTH_CONDITION_QUEUE_LONG, "QUEUE_FULL", status.queued));
  } else if (status.queued > 0 && status.state != PartitionWriter::State::kRunning &&
             !status.key_not_enrolled) {
    found.push_back(Found(v1::HEALTH_CONDITION_WRITER_WAITS, "REPEAT", status.queued));
  }
  for (v1::HealthFinding& finding : found) finding.set_partition(ToString(status.partition));
  return found;
}

Findings OfProcess(const process::FollowerStatus& status, MonotonicTime now) {
  Findings found;
  // What helps itself is no finding: another replica was faster, a queue was full for a moment.
  if (status.failing > 0 && status.trouble && !status.trouble->retry_after) {
    found.push_back(
        Found(v1::HEALTH_CONDITION_PROCESS_FAILING, status.trouble->reason, status.failing));
  }
  if (status.unsettled_since && now - *status.unsettled_since > kUnsettledMax) {
    found.push_back(Found(v1::HEALTH_CONDITION_PROCESS_LATE, "",
                          Whole<std::chrono::seconds>(now - *status.unsettled_since)));
  }
  return found;
}

std::uint64_t RecordsLeft(const std::vector<PartitionStatus>& partitions) {
  std::uint64_t left = 0;
  for (const PartitionStatus& status : partitions) {
    left += status.tail - std::min(status.tail, status.next_offset);
  }
  return left;
}

void Append(Findings more, Findings& all) { std::ranges::move(more, std::back_inserter(all)); }

}  // namespace

Findings FindingsOf(const Operated& operated, const std::vector<PartitionStatus>& partitions,
                    const HealthBounds& bounds, MonotonicTime now) {
  Findings all;
  const Unready why = ReadinessOf(operated.projected.runner, partitions, bounds.behind_max).why;
  const bool catches_up = why == Unready::kCatchingUp;
  if (catches_up) {
    all.push_back(Found(v1::HEALTH_CONDITION_CATCHING_UP, "NOT_READY", RecordsLeft(partitions)));
  }
  for (const PartitionStatus& status : partitions) {
    Append(OfPartition(status, catches_up ? std::nullopt : std::optional(bounds.behind_max)), all);
  }
  if (operated.writer != nullptr) {
    const std::vector<writer::WriterStatus> writers = operated.writer->Status();
    for (const writer::WriterStatus& status : writers) {
      Append(OfWriter(status, bounds.queue_commands_max), all);
    }
    if (std::ranges::any_of(writers, &writer::WriterStatus::clock_not_believed)) {
      all.push_back(Found(v1::HEALTH_CONDITION_CLOCK_NOT_BELIEVED, "CLOCK"));
    }
  }
  if (operated.process != nullptr) Append(OfProcess(operated.process->Status(), now), all);
  for (v1::HealthFinding& finding : all) finding.set_service(operated.name);
  return all;
}

Findings FindingsOf(const Ground& ground, const HealthBounds& bounds, WallTime now) {
  Findings all;
  if (!ground.log_verdict) {
    all.push_back(Found(v1::HEALTH_CONDITION_LOG_UNUSABLE, ground.log_verdict.error().reason));
  }
  if (!ground.scrub_found) {
    all.push_back(Found(v1::HEALTH_CONDITION_SCRUB_FAILED, ground.scrub_found.error().reason));
  }
  const auto unchecked = now - ground.scrub_ended;
  if (bounds.scrub_period.count() > 0 && unchecked > 2 * bounds.scrub_period) {
    all.push_back(Found(v1::HEALTH_CONDITION_SCRUB_LATE, "", Whole<std::chrono::hours>(unchecked)));
  }
  if (ground.disk.size_bytes > 0 && ground.disk.free_bytes < kDiskFreeMin) {
    all.push_back(
        Found(v1::HEALTH_CONDITION_DISK_NEARLY_FULL, "DISK_FULL", ground.disk.free_bytes));
  }
  if (ground.certificate_ends - now < kCertificateMin) {
    all.push_back(Found(v1::HEALTH_CONDITION_CERTIFICATE_ENDS, "",
                        Whole<std::chrono::days>(ground.certificate_ends - now)));
  }
  if (ground.fields_without_keys > 0) {
    all.push_back(Found(v1::HEALTH_CONDITION_KEYS_LOST, "KEYS_LOST", ground.fields_without_keys));
  }
  return all;
}

}  // namespace twinledger::server
