// Records as they are scored: those of the stream "engagement", by the allow-list of
// scored_fields.h.
#pragma once

#include <optional>

#include "platform/projection/projection.h"
#include "platform/store/table.h"

namespace twinledger::risk {

// Of one commit of the stream "engagement".
std::optional<projection::Unapplicable> FollowEngagement(const log::v1::Commit& commit,
                                                         store::RowWriter& rows);

}  // namespace twinledger::risk
