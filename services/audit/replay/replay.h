// The commits of a log that an auditor asks for, in the order in which they were stored. The server
// and the offline client run the same.
#pragma once

#include <functional>

#include "platform/log/archive/accepted_records.h"
#include "platform/store/table.h"
#include "twinledger/audit/v1/audit.pb.h"

namespace twinledger::audit {

struct ReplayedCommit {
  const log::PartitionId& partition;
  const log::ReadRecord& record;
  const log::AcceptedCommit& accepted;
  const std::string& bytes;  // Of the commit, as the log has them.
};
using ReplayVisitor = std::function<Result<void>(const ReplayedCommit&)>;

// Reads and checks all of the log, shows what the request lets through. `request` has passed
// CheckReplay. `go_on` is asked before every record. Errors as of CommitFilter::Of, ReadAccepted,
// CheckReached and of the two functions.
Result<void> Replay(log::EventLog& log, const log::Founding& founding,
                    const v1::ReplayCommitsRequest& request, const ReplayVisitor& visitor,
                    const std::function<Result<void>()>& go_on = {});

// OUT_OF_RANGE, reason BEYOND_TAIL, where a reading begins behind the end: an answer of another
// log, or of one that has lost something.
Result<void> CheckReached(const store::Cut& from, const log::Readings& readings);

}  // namespace twinledger::audit
