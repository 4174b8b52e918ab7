// A disk that fails under load: writes and syncs that end with an error, of the log and of rows.
// After a failed sync nobody knows what is on the disk, so the server ends there and never syncs
// that again; what it reads at its next start is what counts. TWINLEDGER_FAULT_SEED sets which call
// fails.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <iostream>
#include <random>

#include "tests/faults/loaded_server.h"
#include "tests/support/cuttable_disk.h"
#include "tests/support/disk_faults.h"
#include "tests/support/number_asked.h"

namespace twinledger {
namespace {

using support::DiskCall;
using support::DiskFault;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr int kRounds = 3;

class FailingDiskTest : public ::testing::Test {
 protected:
  ~FailingDiskTest() override {
    if (HasFailure()) std::cout << "seed " << seed_ << "\n" << server_.LogText();
  }

  std::int64_t AnyOfTheNext(std::int64_t calls) {
    return std::uniform_int_distribution<std::int64_t>(1, calls)(random_);
  }

  // Again and again one of the next calls of the log fails, and the server ends at that one.
  void ExpectItEndsAtOnce(DiskCall call) {
    ASSERT_TRUE(server_.Start()) << server_.LogText();
    server_.Load();
    for (int round = 0; round < kRounds; ++round) {
      ASSERT_TRUE(server_.WaitForMore(100)) << server_.last_error();
      const std::int64_t at = AnyOfTheNext(50);
      server_.ClearLog();
      faults_.Set({.fault = DiskFault::kFail, .calls = call, .path = "/log/", .at = at});
      EXPECT_EQ(server_.process().Wait(), -SIGABRT);
      EXPECT_EQ(faults_.met(), at) << "it went on behind the failed one";
      faults_.Heal();
      ASSERT_TRUE(server_.Start()) << server_.LogText();
    }
    EXPECT_TRUE(server_.WaitForMore(100)) << server_.last_error();
    ExpectAllIsWell();
  }

  void ExpectAllIsWell() {
    server_.EndLoad();
    EXPECT_THAT(server_.UnequalDigests(), IsEmpty());
    EXPECT_THAT(server_.Violations(), IsEmpty());
    std::cout << "seed " << seed_ << ", acknowledged " << server_.acknowledged() << ", unknown "
              << server_.unknown() << std::endl;
  }

  const unsigned seed_ = support::NumberAsked("TWINLEDGER_FAULT_SEED", std::random_device()());
  std::mt19937 random_{seed_};
  const support::TemporaryFolder folder_;
  const support::CuttableDisk disk_{folder_.path() / "disk", folder_.path() / "mounted"};
  const std::filesystem::path data_ = folder_.path() / "mounted/data";
  support::DiskFaults faults_{folder_.path()};
  LoadedServer server_{data_, folder_.path(), faults_.environment()};
};

TEST_F(FailingDiskTest, AFailedSyncOfTheLogEndsTheServerAndIsNotTriedAgain) {
  ExpectItEndsAtOnce(DiskCall::kSync);
}

TEST_F(FailingDiskTest, AFailedWriteOfTheLogEndsTheServer) { ExpectItEndsAtOnce(DiskCall::kWrite); }

TEST_F(FailingDiskTest, AWriteBeyondTheSizeThatFilesMayHaveIsRefusedAndTheServerGoesOn) {
  ASSERT_TRUE(server_.Start()) << server_.LogText();
  server_.Load();
  ASSERT_TRUE(server_.WaitForMore(100)) << server_.last_error();
  for (int round = 0; round < kRounds; ++round) {
    const int refused = server_.Told("DISK_FULL");
    // One of zeros that are written ahead is told to nobody.
    for (int tries = 0; tries < 10 && server_.Told("DISK_FULL") == refused; ++tries) {
      faults_.Set({.fault = DiskFault::kFailOnce,
                   .calls = DiskCall::kWrite,
                   .path = "/log/0",
                   .at = AnyOfTheNext(50),
                   .error_number = EFBIG});
      ASSERT_TRUE(faults_.WaitUntilStruck());
      ASSERT_TRUE(server_.WaitForMore(100)) << server_.last_error();
    }
    EXPECT_GT(server_.Told("DISK_FULL"), refused);
  }
  ExpectAllIsWell();
}

// A partition whose rows cannot be stored is stopped and told; its commands are to be repeated.
TEST_F(FailingDiskTest, WhereRowsCannotBeWrittenNothingIsLost) {
  ASSERT_TRUE(server_.Start()) << server_.LogText();
  server_.Load();
  for (const DiskCall call : {DiskCall::kWrite, DiskCall::kSync}) {
    ASSERT_TRUE(server_.WaitForMore(100)) << server_.last_error();
    faults_.Set({.fault = DiskFault::kFail, .calls = call, .path = "/projections/registry/"});
    if (call == DiskCall::kWrite) {
      ASSERT_TRUE(faults_.WaitUntilStruck());
    }
    server_.process().Signal(SIGTERM);
    EXPECT_THAT(server_.process().Wait(), AnyOf(0, -SIGABRT));
    EXPECT_GT(faults_.struck(), 0);
    faults_.Heal();
    ASSERT_TRUE(server_.Start()) << server_.LogText();
  }
  ASSERT_TRUE(server_.WaitForMore(100)) << server_.last_error();
  ExpectAllIsWell();
}

// What a sync is for. A disk, or a program, that only says that it was done loses by a power cut
// what was acknowledged; that is what the oracle must find.
TEST_F(FailingDiskTest, SyncsThatAreNotDoneAreCaughtByAPowerCut) {
  ASSERT_TRUE(server_.Start()) << server_.LogText();
  server_.Load();
  ASSERT_TRUE(server_.WaitForMore(100)) << server_.last_error();
  faults_.Set({.fault = DiskFault::kPretend, .calls = DiskCall::kSync, .path = "/log/"});
  ASSERT_TRUE(server_.WaitForMore(200)) << server_.last_error();
  server_.process().Stop();
  disk_.CutPower();
  server_.process().Signal(SIGKILL);
  ASSERT_EQ(server_.process().Wait(), -SIGKILL);
  disk_.PowerOn();
  EXPECT_THAT(ViolationsOf(data_, folder_.path() / "history"),
              Contains(AnyOf(StartsWith("L1"), HasSubstr("HEAD knows"))));
}

}  // namespace
}  // namespace twinledger
