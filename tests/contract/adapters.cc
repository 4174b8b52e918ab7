#include "tests/contract/adapters.h"

#include "platform/base/check.h"
#include "platform/log/embedded/embedded_log.h"
#include "platform/log/simulated/simulated_log.h"
#include "tests/support/temp_directory.h"

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

class EmbeddedUnderTest final : public LogUnderTest {
 public:
  explicit EmbeddedUnderTest(const log::EmbeddedOptions& options) : options_(options) {
    TL_CHECK(log::EmbeddedLog::Create(directory()).ok());
    Reopen();
  }
  log::EventLog& log() override { return *log_; }
  void Reopen() override {
    log_.reset();
    auto opened = log::EmbeddedLog::Open(directory(), options_);
    TL_CHECK(opened.ok());
    log_ = *std::move(opened);
  }

 private:
  std::filesystem::path directory() const { return temp_.path() / "log"; }

  const TempDirectory temp_;
  const log::EmbeddedOptions options_;
  std::unique_ptr<log::EmbeddedLog> log_;
};

Adapter Embedded(std::string name, const log::EmbeddedOptions& options) {
  return {std::move(name), true,
          [options] { return std::make_unique<EmbeddedUnderTest>(options); }};
}

log::EmbeddedOptions ShortSegments() {
  log::EmbeddedOptions options;
  options.segment_bytes = 4096;
  options.fill_ahead_bytes = 1024;
  return options;
}

}  // namespace

std::vector<Adapter> AllAdapters() {
  return {
      Embedded("Embedded", {}),
      Embedded("EmbeddedShortSegments", ShortSegments()),
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
