// What engagements need to know of the registry: which councils, relationships, people and
// assets there are. Its events are its published language; its rows are its own.
#pragma once

#include <optional>
#include <string_view>

#include "platform/projection/projection.h"
#include "platform/store/table.h"

namespace twinledger::engagement {

inline constexpr std::string_view kRegistryStream = "registry";

// Of one commit of the stream "registry".
std::optional<projection::Unapplicable> FollowRegistry(const log::AcceptedCommit& accepted,
                                                       store::RowWriter& rows);

}  // namespace twinledger::engagement
