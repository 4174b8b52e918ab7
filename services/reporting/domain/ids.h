// The names of what is reported.
#pragma once

#include "platform/base/strong_id.h"

namespace twinledger::reporting {

using CouncilId = StrongId<struct CouncilTag>;            // A slug: "wellington-city".
using RelationshipId = StrongId<struct RelationshipTag>;  // A UUID.
using RecordId = StrongId<struct RecordTag>;              // A UUID.

}  // namespace twinledger::reporting
