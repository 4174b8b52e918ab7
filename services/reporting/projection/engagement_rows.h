// What reports keep of the stream "engagement": records without what is sealed.
#pragma once

#include <optional>

#include "platform/projection/projection.h"
#include "platform/store/table.h"
#include "reporting/projection/timeline_writer.h"

namespace twinledger::reporting {

std::optional<projection::Unapplicable> FollowEngagement(const log::AcceptedCommit& accepted,
                                                         TimelineWriter& timeline,
                                                         store::RowWriter& rows);

}  // namespace twinledger::reporting
