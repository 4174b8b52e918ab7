// How facts are found in what was recorded. Receipts name the version, and are computed again by
// it.
//
//   0  a retraction counted at once
//   1  it counts once a second person has confirmed it
//   2  so does a move to another relationship, for the floors of the one that it was of
#pragma once

#include "risk/inputs/council_inputs.h"

namespace twinledger::risk {

inline constexpr int kExtractionVersion = 2;

// Inputs as that version took them: what is extracted from them is what it extracted.
void TakeAsVersion(int version, CouncilInputs& inputs);

}  // namespace twinledger::risk
