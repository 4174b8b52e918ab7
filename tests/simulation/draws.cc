#include "tests/simulation/draws.h"

#include <chrono>

namespace twinledger::simulation {

using std::chrono::milliseconds;

log::FaultPlan SomePlan(Dice& dice) {
  const auto some = [&](std::uint32_t most) {
    return dice.OneIn(2) ? static_cast<std::uint32_t>(dice.Below(most)) : 0;
  };
  return {.delay_max = milliseconds(1 + dice.Below(300)),
          .report_within = milliseconds(500),
          .late = some(200),
          .late_max = milliseconds(1 + dice.Below(5000)),
          .lost = some(150),
          .unacknowledged = some(200),
          .duplicated = some(200),
          .refused = some(150),
          .lost_with_session = some(500),
          .late_with_session = some(500)};
}

writer::WriterLimits SomeLimits(Dice& dice) {
  writer::WriterLimits limits;
  limits.queue_commands_max = dice.OneIn(4) ? 2 : 64;
  limits.record_commits_max = 1 + dice.Below(4);
  return limits;
}

}  // namespace twinledger::simulation
