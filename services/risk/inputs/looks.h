// Indicators that are looked for in one record at a time, and how.
#pragma once

#include <span>
#include <string_view>

#include "risk/domain/rule_set.h"
#include "risk/inputs/council_records.h"
#include "risk/inputs/readings.h"

namespace twinledger::risk {

// Of one revision of a record. The others of its council are those that it is judged beside.
struct Sight {
  const CouncilRecords& council;
  const Rules& rules;
  const RecordHistory& history;
  const Told& told;
};

struct Look {
  std::string_view indicator;
  v1::Indicator::ShapeCase shape;  // By which the rule set must find it.
  bool (*applies)(const engagement::events::v1::RecordFields&);
  Finding (*judge)(const IndicatorRule&, const Sight&);
};

std::span<const Look> LooksAtOneRecord();

}  // namespace twinledger::risk
