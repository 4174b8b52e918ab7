// Benefits of one donor group that are counted within a window of days.
#pragma once

#include <optional>
#include <vector>

#include "risk/domain/shapes.h"

namespace twinledger::risk {

struct CountedBenefit {
  Day day = 0;
  Day recorded = 0;  // When the log got it, or `day` where it was in time by definition.
};

// A full window: its last day, and the day on which the log had enough of it.
struct FullWindow {
  Day end = 0;
  Day recorded = 0;
};

// Of all full windows up to `as_of` the one that weighs most: what was recorded more than `allowed`
// days late begins to decay when it was recorded, all else on its last day. So a benefit more never
// makes it weigh less. Mostly that is the last one. Nothing where no window is full.
std::optional<FullWindow> HeaviestWindow(const v1::WindowedCount& shape,
                                         const std::vector<CountedBenefit>& benefits, Day as_of,
                                         Day allowed);

}  // namespace twinledger::risk
