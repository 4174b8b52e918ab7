// What journeys and devices say, as rules look at it.
#pragma once

#include <optional>
#include <vector>

#include "risk/domain/shapes.h"
#include "risk/inputs/council_records.h"

namespace twinledger::risk {

// All that may be true of a journey: who paid what hangs together. REQUIRES: the record is of one.
std::vector<Choices> ReadTravel(const engagement::events::v1::RecordFields& fields);

Choices ReadDevice(const engagement::events::v1::Device& device);

// A day on which something was done: at the earliest, and at the latest. Nothing stands for never.
struct Completion {
  std::optional<Day> earliest;
  std::optional<Day> latest;
};
// Of a journey's briefing, its debrief and the checks of all `devices` that went along.
Completion ChecksOf(const Told& journey, const std::vector<const RecordHistory*>& devices);

}  // namespace twinledger::risk
