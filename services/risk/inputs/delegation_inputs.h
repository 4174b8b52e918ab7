// What delegations say, as rules look at it.
#pragma once

#include <cstdint>
#include <vector>

#include "risk/domain/day.h"
#include "risk/domain/shapes.h"
#include "twinledger/engagement/events/v1/records.pb.h"

namespace twinledger::risk {

// REQUIRES, here and below: the record is of a delegation.
Choices ReadDelegation(const engagement::events::v1::RecordFields& fields);

// At least, and at most.
struct Count {
  std::int64_t least = 0;
  std::int64_t most = 0;
};
// Delegates who came onto the list under 5 working days before the arrival, or unidentified.
Count DelegatesInQuestion(const engagement::events::v1::RecordFields& fields,
                          const std::vector<Day>& holidays);

}  // namespace twinledger::risk
