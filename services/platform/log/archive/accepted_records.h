// Reads a log from its beginning through the chain rule: only what is accepted comes out.
#pragma once

#include <chrono>
#include <functional>
#include <map>

#include "platform/base/result.h"
#include "platform/log/chain.h"
#include "platform/log/event_log.h"

namespace twinledger::log {

// Records read so far, out of those that stood in the log at the beginning.
struct ReadProgress {
  std::uint64_t records = 0;
  std::uint64_t total = 0;
};
using ReadProgressCallback = std::function<void(const ReadProgress&)>;

// What was read of one partition.
struct PartitionReading {
  ChainView view;
  std::uint64_t records = 0;  // Accepted ones.
  std::uint64_t voids = 0;
};
using Readings = std::map<PartitionId, PartitionReading>;

using AcceptedVisitor =
    std::function<Result<void>(const PartitionId&, const ReadRecord&, const AcceptedRecord&)>;

// How long a log may show nothing of what it says that it has, before reading it is given up.
inline constexpr std::chrono::seconds kReadPatience{30};

// Visits every accepted record of the founded partitions that stood before their tails when it was
// called: each partition in order, the partitions mixed. FAILED_PRECONDITION, reason
// NEWER_PROGRAM_NEEDED, at an authentic record that this program cannot use; DATA_LOSS, reason
// LOG_DAMAGED, at a void one in a log with a sole writer, in any log at one that tells of records
// that are not there any more (beyond_history.h); UNAVAILABLE, reason LOG_UNREADABLE, after
// `patience`. An error of the visitor ends it.
Result<Readings> ReadAccepted(EventLog& log, const Founding& founding,
                              const AcceptedVisitor& visitor,
                              const ReadProgressCallback& progress = {},
                              std::chrono::milliseconds patience = kReadPatience);

}  // namespace twinledger::log
