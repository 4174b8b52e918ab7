// What reports keep of the stream "risk": receipts of assessments, and alerts.
#pragma once

#include <optional>

#include "platform/log/partition.h"
#include "platform/projection/projection.h"
#include "platform/store/table.h"
#include "reporting/projection/timeline_writer.h"

namespace twinledger::reporting {

std::optional<projection::Unapplicable> FollowRisk(const log::PartitionId& partition,
                                                   const log::AcceptedCommit& accepted,
                                                   TimelineWriter& timeline,
                                                   store::RowWriter& rows);

// Makes what it needs of the commit. For Projection::Prepare.
void PrepareRisk(const log::AcceptedCommit& accepted);

}  // namespace twinledger::reporting
