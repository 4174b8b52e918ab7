// The names of what the engagement service keeps.
#pragma once

#include "platform/base/strong_id.h"

namespace twinledger::engagement {

using CouncilId = StrongId<struct CouncilTag>;            // A slug: "wellington-city".
using RecordId = StrongId<struct RecordTag>;              // A UUID.
using RelationshipId = StrongId<struct RelationshipTag>;  // A UUID.

}  // namespace twinledger::engagement
