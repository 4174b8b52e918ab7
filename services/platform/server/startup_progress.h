// What a person sees while the server reads the log: rate and time left.
//
// On a terminal one line that is drawn again; else a log line every ten seconds.
#pragma once

#include <string>
#include <vector>

#include "platform/base/clock.h"
#include "platform/projection/runner.h"
#include "platform/telemetry/logger.h"

namespace twinledger::server {

struct ReadProgress {
  std::uint64_t records = 0;
  std::uint64_t records_total = 0;
  double records_per_second = 0;
  double seconds_left = 0;  // 0 while it is not known.
};

// Read of all partitions together, void records too.
std::uint64_t RecordsRead(const std::vector<projection::PartitionStatus>& partitions);

// How far the partitions are, `took` after they began at `begun` records. Pure.
ReadProgress ProgressOf(const std::vector<projection::PartitionStatus>& partitions,
                        std::uint64_t begun, std::chrono::microseconds took);
std::string Show(const ReadProgress& progress);

// Threads: confined to one.
class StartupProgress {
 public:
  // Both must outlive it.
  StartupProgress(telemetry::Logger& logger, const Clock& clock, bool terminal);

  // Called again and again while it lasts.
  void Update(const std::vector<projection::PartitionStatus>& partitions);
  void End();

 private:
  telemetry::Logger& logger_;
  const Clock& clock_;
  const bool terminal_;
  const MonotonicTime started_;
  MonotonicTime shown_;
  std::uint64_t begun_ = 0;
  bool first_ = true;
  bool drawn_ = false;
};

}  // namespace twinledger::server
