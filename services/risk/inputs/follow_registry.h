// What scoring needs of the registry: which councils and relationships there are, how critical
// assets are, and which principals give as one.
#pragma once

#include <optional>

#include "platform/projection/projection.h"
#include "platform/store/table.h"

namespace twinledger::risk {

// Of one commit of the stream "registry".
std::optional<projection::Unapplicable> FollowRegistry(const log::AcceptedCommit& accepted,
                                                       store::RowWriter& rows);

// Makes what it needs of the commit.
void PrepareRegistry(const log::AcceptedCommit& accepted);

}  // namespace twinledger::risk
