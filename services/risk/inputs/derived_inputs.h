// The inputs that rules look at (allowed_inputs.h), derived from what one record says.
#pragma once

#include <vector>

#include "risk/domain/shapes.h"
#include "twinledger/engagement/events/v1/records.pb.h"

namespace twinledger::risk {

// Choices that the record makes. What it leaves out is not known; where two answers hang together,
// there is more than one reading. At least one.
std::vector<Choices> ReadingsOf(const engagement::events::v1::RecordFields& fields);

}  // namespace twinledger::risk
