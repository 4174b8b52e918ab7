// What of a server is not as it should be, for its operator: the same conditions that metrics show
// and alerts are made of (docs/operations/alerts.md).
#pragma once

#include <string>
#include <vector>

#include "platform/base/clock.h"
#include "platform/log/event_log.h"
#include "platform/server/disk_space.h"
#include "platform/server/log_scrub.h"
#include "platform/server/module.h"
#include "twinledger/operations/v1/operations.pb.h"

namespace twinledger::server {

// A projection, with what writes its stream and follows from it.
struct Operated {
  std::string name;
  Projected projected;
  const writer::Writer* writer = nullptr;      // Null: it writes nothing.
  const process::Follower* process = nullptr;  // Null: nothing follows from events.
};

// When something is worth a word.
struct HealthBounds {
  std::chrono::seconds behind_max;
  std::size_t queue_commands_max;
  std::chrono::hours scrub_period;  // 0: there is none.
};

using Findings = std::vector<operations::v1::HealthFinding>;

// Of one service, with the partitions' states as they are now.
Findings FindingsOf(const Operated& operated,
                    const std::vector<projection::PartitionStatus>& partitions,
                    const HealthBounds& bounds, MonotonicTime now);

// Of what all services stand on.
struct Ground {
  Result<void> log_verdict;
  Result<void> scrub_found;
  WallTime scrub_ended;  // The start of the server, before a check has ended.
  DiskSpace disk;        // Zeros if it does not tell.
  WallTime certificate_ends;
  std::uint64_t fields_without_keys;  // As of the start: lost_keys.h.
};
Findings FindingsOf(const Ground& ground, const HealthBounds& bounds, WallTime now);

}  // namespace twinledger::server
