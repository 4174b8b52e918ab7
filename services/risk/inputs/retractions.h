// Records that one person has taken back. A retraction takes away what it was recorded of, floors
// too, so it counts once a second person has confirmed it; until then the record does.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "risk/domain/day.h"
#include "risk/inputs/council_inputs.h"

namespace twinledger::risk {

// How facts are found in what was recorded, as receipts name it. 0: a retraction counted at once.
// 1: it counts once it is confirmed.
inline constexpr int kExtractionVersion = 1;

// Ids, ascending, of the records of a relationship and of the council's that name none; without a
// relationship, of all. As the log had them by that day.
std::vector<std::string> PendingRetractions(const CouncilInputs& inputs,
                                            std::optional<std::string_view> relationship_id,
                                            Day as_of);

// Inputs as version 0 took them. A log of its time has no confirmation.
void CountRetractionsAtOnce(CouncilInputs& inputs);

}  // namespace twinledger::risk
