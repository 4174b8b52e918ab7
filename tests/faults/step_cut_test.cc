// The power of a server's disk is cut between two steps of its own, by name: the process is made to
// stand still before a call that touches the disk, and then the disk is. Once before each kind of
// call that a record needs, under load; and at calls of a first start, one after another, after
// which the next start must serve. TWINLEDGER_CUT_STRIDE sets how many of those are passed over.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <iostream>
#include <limits>
#include <random>

#include "tests/faults/loaded_server.h"
#include "tests/support/cuttable_disk.h"
#include "tests/support/disk_faults.h"
#include "tests/support/number_asked.h"

namespace twinledger {
namespace {

using support::DiskCall;
using support::DiskFault;
using ::testing::IsEmpty;

class StepCutTest : public ::testing::Test {
 protected:
  ~StepCutTest() override {
    if (HasFailure()) std::cout << "seed " << seed_ << "\n" << server_.LogText();
  }

  // The process stands before a call.
  void CutPowerUnder(support::ServerProcess& process) {
    process.Stop();
    disk_.CutPower();
    process.Signal(SIGKILL);
    ASSERT_EQ(process.Wait(), -SIGKILL);
    faults_.Heal();
    disk_.PowerOn();
  }

  const unsigned seed_ = support::NumberAsked("TWINLEDGER_FAULT_SEED", std::random_device()());
  std::mt19937 random_{seed_};
  const support::TemporaryFolder folder_;
  const support::CuttableDisk disk_{folder_.path() / "disk", folder_.path() / "mounted"};
  const std::filesystem::path data_ = folder_.path() / "mounted/data";
  support::DiskFaults faults_{folder_.path()};
  LoadedServer server_{data_, folder_.path(), faults_.environment()};
};

TEST_F(StepCutTest, BetweenTheStepsOfARecordNothingAcknowledgedIsLost) {
  const struct {
    DiskCall before;
    const char* path;
  } kSteps[] = {
      {DiskCall::kWrite, "/log/0"},
      {DiskCall::kSync, "/log/0"},
      {DiskCall::kWrite, "/log/HEAD"},
      {DiskCall::kSync, "/log/HEAD"},
      {DiskCall::kWrite, "/projections/registry/"},
      {DiskCall::kWrite, "/projections/risk/"},
  };
  ASSERT_TRUE(server_.Start()) << server_.LogText();
  server_.Load();
  for (const auto& step : kSteps) {
    SCOPED_TRACE(step.path);
    ASSERT_TRUE(server_.WaitForMore(100)) << server_.last_error();
    faults_.Set({.fault = DiskFault::kStop,
                 .calls = step.before,
                 .path = step.path,
                 .at = std::uniform_int_distribution<std::int64_t>(1, 5)(random_)});
    ASSERT_TRUE(faults_.WaitUntilStruck());
    ASSERT_NO_FATAL_FAILURE(CutPowerUnder(server_.process()));
    ASSERT_TRUE(server_.Start()) << server_.LogText();
  }
  EXPECT_TRUE(server_.WaitForMore(100)) << server_.last_error();
  server_.EndLoad();
  EXPECT_THAT(server_.UnequalDigests(), IsEmpty());
  EXPECT_THAT(server_.Violations(), IsEmpty());
  std::cout << "seed " << seed_ << ", acknowledged " << server_.acknowledged() << ", unknown "
            << server_.unknown() << std::endl;
}

TEST_F(StepCutTest, AFirstStartThatIsCutShortAnywhereIsCompletedByTheNext) {
  const auto strike = [this](std::int64_t at) {
    faults_.Set({.fault = DiskFault::kStop, .path = "/mounted/data", .at = at});
  };
  strike(std::numeric_limits<std::int64_t>::max());
  ASSERT_TRUE(server_.Start()) << server_.LogText();
  const std::int64_t calls = faults_.met();
  server_.process().Signal(SIGKILL);
  ASSERT_EQ(server_.process().Wait(), -SIGKILL);

  const std::int64_t stride = support::NumberAsked("TWINLEDGER_CUT_STRIDE", 40);
  int cuts = 0;
  for (std::int64_t at = 1 + seed_ % stride; at < calls * 9 / 10; at += stride, ++cuts) {
    std::filesystem::remove_all(data_);
    disk_.Sync();
    server_.ClearLog();
    strike(at);
    {
      support::ServerProcess first(data_, folder_.path() / "first", {}, faults_.environment());
      ASSERT_TRUE(faults_.WaitUntilStruck()) << "at call " << at << " of " << calls;
      SCOPED_TRACE("before call " + std::to_string(at) + ", of " + faults_.struck_path());
      ASSERT_NO_FATAL_FAILURE(CutPowerUnder(first));
    }
    EXPECT_TRUE(server_.Start()) << "before call " << at << ":\n" << server_.LogText();
    server_.process().Signal(SIGKILL);
    server_.process().Wait();
  }
  EXPECT_GT(cuts, 0);
  std::cout << "seed " << seed_ << ", calls of a first start " << calls << ", cuts " << cuts
            << std::endl;
}

}  // namespace
}  // namespace twinledger
