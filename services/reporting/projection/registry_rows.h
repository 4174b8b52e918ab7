// What reports keep of the stream "registry".
#pragma once

#include <optional>

#include "platform/projection/projection.h"
#include "platform/store/table.h"
#include "reporting/projection/timeline_writer.h"

namespace twinledger::reporting {

std::optional<projection::Unapplicable> FollowRegistry(const log::AcceptedCommit& accepted,
                                                       TimelineWriter& timeline,
                                                       store::RowWriter& rows);

}  // namespace twinledger::reporting
