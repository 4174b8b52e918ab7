#include "tests/contract/adapters.h"

#include "platform/log/simulated/simulated_log.h"

namespace twinledger::testing {
namespace {

using std::chrono::milliseconds;

// Stands for a broker: a program that restarts finds it as it was.
class SimulatedUnderTest final : public LogUnderTest {
 public:
  explicit SimulatedUnderTest(const log::FaultPlan& plan) : log_(1, plan) {}
  log::EventLog& log() override { return log_; }
  void Reopen() override {}

 private:
  log::SimulatedLog log_;
};

Adapter Simulated(std::string name, bool sure, const log::FaultPlan& plan) {
  return {std::move(name), sure, [plan] { return std::make_unique<SimulatedUnderTest>(plan); }};
}

}  // namespace

std::vector<Adapter> AllAdapters() {
  return {
      Simulated("SimulatedCalm", true, {}),
      Simulated("SimulatedSlow", true, {.delay_max = milliseconds(20)}),
      Simulated("SimulatedFaulty", false,
                {.delay_max = milliseconds(20),
                 .report_within = milliseconds(100),
                 .late = 50,
                 .late_max = milliseconds(300),
                 .lost = 50,
                 .unacknowledged = 50,
                 .duplicated = 50,
                 .refused = 50,
                 .lost_with_session = 300,
                 .late_with_session = 300}),
  };
}

}  // namespace twinledger::testing
