// Records as they are scored: those of the stream "engagement", by the allow-list of
// scored_fields.h.
#pragma once

#include <optional>

#include "platform/projection/projection.h"
#include "platform/store/table.h"

namespace twinledger::risk {

// Of one commit of the stream "engagement".
std::optional<projection::Unapplicable> FollowEngagement(const log::AcceptedCommit& accepted,
                                                         store::RowWriter& rows);

// Makes what it needs of the commit.
void PrepareEngagement(const log::AcceptedCommit& accepted);

}  // namespace twinledger::risk
