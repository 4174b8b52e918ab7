// What is left of a run of the services: beside log and requests, what processes looked at and what
// they asked for, and what the replicas of each service hold.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/process/process.h"
#include "tests/simulation/evidence.h"

namespace twinledger::simulation {

enum class Part : std::size_t { kRegistry, kEngagement, kRisk };
inline constexpr std::array kParts{Part::kRegistry, Part::kEngagement, Part::kRisk};

template <class Value>
using OfParts = std::array<Value, kParts.size()>;

// One look of a process at days of a council.
struct Look {
  std::size_t life = 0;  // Of the process, from a start to an end.
  std::string council;
  Day first = 0;
  Day settled = 0;             // Nothing was missing from the first to this one; none if before it.
  std::optional<Day> missing;  // Then commands were made for it.
  store::Cut read;             // Of registry and engagements.
  log::Sequence receipts = 0;  // Read of the council's partition of "risk".
};

// Of all processes of a run.
struct ProcessNotes {
  std::size_t lives = 0;
  std::vector<Look> looks;                    // In the order in which they were taken.
  std::map<std::string, std::string> inputs;  // By request id: what the receipt would be made of.
};

struct ServicesEvidence {
  Evidence log;  // Without replicas and readings.
  OfParts<std::vector<ReplicaState>> replicas;
  ProcessNotes processes;
  Day today = 0;  // The last day that ended for all.
};

}  // namespace twinledger::simulation
