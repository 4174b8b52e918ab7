// The inputs that rules look at (allowed_inputs.h), derived from what one record says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "risk/domain/shapes.h"
#include "risk/inputs/council_records.h"

namespace twinledger::risk {

using engagement::events::v1::RecordFields;

// Whether it was offered to the council's people, and not by them. Nothing where the record does
// not tell, or tells of no gift or hospitality.
std::optional<bool> IsToCouncil(const RecordFields& fields);

// In New Zealand cents, of hospitality for one person. Nothing where nobody has valued it.
std::optional<std::int64_t> BenefitCents(const RecordFields& fields);

// Choices that the record makes. What it leaves out is not known; where two answers hang together,
// there is more than one reading.
std::vector<Choices> ReadingsOf(const RecordFields& fields);

// At least, and at most.
struct Count {
  std::int64_t least = 0;
  std::int64_t most = 0;
};
// Delegates who came onto the list under 5 working days before the arrival, or unidentified.
Count DelegatesInQuestion(const RecordFields& fields, const EventDays& days,
                          const std::vector<Day>& holidays);

// A day on which something was done: at the earliest, and at the latest. Nothing stands for never.
struct Completion {
  std::optional<Day> earliest;
  std::optional<Day> latest;
};
// Of a journey's briefing, its debrief and the checks of all `devices` that went along.
Completion ChecksOf(const Told& journey, const std::vector<const RecordHistory*>& devices);

}  // namespace twinledger::risk
