// Builds a projection once more from the log, beside the one that serves, and compares the two.
//
//   projections/<name>.rebuild: emptied, read from zero, compared with what serves where both stand
//   at the same sequence, removed
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/data_directory.h"
#include "platform/base/result.h"
#include "platform/log/chain.h"
#include "platform/log/event_log.h"
#include "platform/server/module.h"
#include "platform/server/startup_progress.h"

namespace twinledger::server {

struct DigestPair {
  log::PartitionId partition;
  log::Sequence sequence = 0;
  std::string serving;
  std::string rebuilt;
};

struct RebuildRequest {
  log::EventLog& log;
  const log::Founding& founding;
  const DataDirectory& data;
  const Clock& clock;
  const Projected& projected;
};

// `report` is called about once a second and answers whether to go on. DATA_LOSS where the log is
// damaged; CANCELLED; UNAVAILABLE, reason BUSY, for a partition that never stood still long enough
// to be compared.
Result<std::vector<DigestPair>> Rebuild(const RebuildRequest& request,
                                        const std::function<bool(const ReadProgress&)>& report);

}  // namespace twinledger::server
