// How widely a record may be shown, by the class that it was given.
#pragma once

#include "twinledger/engagement/events/v1/facts.pb.h"

namespace twinledger::reporting {

using engagement::events::v1::ReleaseClass;

// Who reads, narrowest view first: what anybody may see, what councils and the agency may, all.
enum class Audience { kPublic, kCouncil, kAgency };

// Whether a record of this class is for them. One without a class is for the agency alone.
bool IsFor(Audience audience, ReleaseClass release_class);

}  // namespace twinledger::reporting
