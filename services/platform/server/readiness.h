// Whether a module's projection is such that its service should be sent calls.
#pragma once

#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "platform/projection/runner.h"

namespace twinledger::server {

enum class Unready {
  kNot,         // It is ready.
  kStopped,     // A partition is: damage, or something that needs a newer program.
  kCatchingUp,  // It has not read once what the log had at the start.
  kNoRoom,      // The disk has none for its rows: what is recorded waits, and so do commands.
  kBehind,      // It is too far behind the end of its log, or no broker tells where that is.
};
inline constexpr std::array kUnready{Unready::kStopped, Unready::kNoRoom, Unready::kCatchingUp,
                                     Unready::kBehind};
std::string_view Name(Unready why);  // "stopped", "no_room", "catching_up", "behind"; "" for kNot.

struct Readiness {
  Unready why = Unready::kNot;
  std::string text = {};  // For people; empty if it is ready.
};

// `partitions` are the runner's: a status reads rows of each. A replica that is further behind than
// `behind_max` answers from too long ago; one that no broker tells where its log ends may be.
Readiness ReadinessOf(const projection::Runner& runner,
                      const std::vector<projection::PartitionStatus>& partitions,
                      std::chrono::seconds behind_max);

}  // namespace twinledger::server
