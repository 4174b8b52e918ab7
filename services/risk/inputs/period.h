// The days that a date can mean: a day, a month or a year of them.
#pragma once

#include <optional>

#include "risk/domain/day.h"
#include "twinledger/registry/events/v1/facts.pb.h"

namespace twinledger::risk {

struct Period {
  Day first = 0;
  Day last = 0;

  friend bool operator==(const Period&, const Period&) = default;
};

// Nothing where nothing is known of it.
std::optional<Period> PeriodOf(const registry::events::v1::PartialDate& date);

}  // namespace twinledger::risk
