// Tells the operator when somebody else than the log's writers appends to it. What they add is void
// and changes nothing, but whoever may append may also fill the disk.
//
// Writers that race make void records too, of a sequence or a hash that was right a moment before:
// at most one of each other writer for each record that is accepted. All other voids, and more of
// these, are somebody's.
#pragma once

#include <map>

#include "platform/base/clock.h"
#include "platform/projection/runner.h"
#include "platform/telemetry/logger.h"

namespace twinledger::server {

// Threads: confined to one.
class VoidAlarm {
 public:
  // Both outlive it.
  VoidAlarm(telemetry::Logger& logger, const Clock& clock);

  // A warning, reason VOID_RECORDS, for each partition with strange records since the last look: at
  // once, and then one a minute while they come.
  void Look(const std::vector<projection::PartitionStatus>& partitions);

 private:
  // What was counted when a minute began, and whether the line of that minute is out.
  struct Minute {
    MonotonicTime begin{};
    std::map<log::VoidReason, std::uint64_t> voids;
    log::Sequence sequence = 0;
    bool told = false;
  };
  void LookAt(const projection::PartitionStatus& status);

  telemetry::Logger& logger_;
  const Clock& clock_;
  std::map<log::PartitionId, Minute> minutes_;
};

}  // namespace twinledger::server
