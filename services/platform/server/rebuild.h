// Builds a projection once more from the log, beside the one that serves, compares the two at one
// record of each partition, and, where all digests are equal, serves from what was built.
//
//   projections/<name>.<n>   filled from zero; what serves afterwards, or removed
//   projections/<name>...    what served before: removed when nobody reads it any more
#pragma once

#include <functional>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/data_directory.h"
#include "platform/base/result.h"
#include "platform/log/chain.h"
#include "platform/log/event_log.h"
#include "platform/projection/store_exchange.h"
#include "platform/server/module.h"
#include "platform/server/startup_progress.h"

namespace twinledger::server {

struct RebuildRequest {
  log::EventLog& log;
  const log::Founding& founding;
  const DataDirectory& data;
  const Clock& clock;
  const Projected& projected;  // Has caught up.
  bool replace = true;         // False: is compared only.
};

struct Rebuilt {
  std::vector<projection::DigestPair> pairs;
  bool replaced = false;
};

// `report` is called about once a second until all is read, and answers whether to go on. DATA_LOSS
// where the log is damaged; CANCELLED; UNAVAILABLE, reason BUSY, if far more is written than read.
Result<Rebuilt> Rebuild(const RebuildRequest& request,
                        const std::function<bool(const ReadProgress&)>& report);

}  // namespace twinledger::server
