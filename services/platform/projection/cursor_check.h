// Whether a log still is what a view has read of it.
#pragma once

#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "platform/log/event_log.h"
#include "platform/projection/partition_view.h"

namespace twinledger::projection {

// Holds the record at the view's cursor against what was accepted there; `tail` is the log's. A
// difference, or a log that is shorter, stops the view, and only it. UNAVAILABLE, reason
// LOG_UNREADABLE, if the log does not show a record that it has.
Result<void> CheckCursor(log::EventLog& log, const Clock& clock, log::Offset tail,
                         PartitionView& view);

}  // namespace twinledger::projection
