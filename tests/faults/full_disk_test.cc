// The disk of a server is filled under load and freed again: commands are refused with DISK_FULL,
// reads go on, and all of it comes back by itself. Which of the files meets the full disk first is
// chosen by where they lie.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <iostream>
#include <thread>

#include "platform/log/embedded/segment.h"
#include "tests/faults/loaded_server.h"
#include "tests/support/cuttable_disk.h"
#include "tests/support/disk_faults.h"
#include "twinledger/operations/v1/operations.grpc.pb.h"

namespace twinledger {
namespace {

using support::DiskCall;
using support::DiskFault;
using ::testing::IsEmpty;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kDiskBytes = 384 * kMiB;
constexpr int kProbeServing = 1;
constexpr int kProbeNotServing = 2;
const std::string kRegistry = "twinledger.registry.v1.RegistryService";

class FullDiskTest : public ::testing::Test {
 protected:
  ~FullDiskTest() override {
    if (HasFailure()) std::cout << server_.LogText();
  }

  static bool WaitUntil(const std::function<bool()>& so) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(120);
    while (!so()) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return true;
  }

  // Reads what was written before, without waiting for the log's end.
  grpc::Status Read() const {
    const auto stub = registry::v1::RegistryService::NewStub(server_.As("agency-analyst"));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    registry::v1::ListCouncilsResponse councils;
    const grpc::Status status = stub->ListCouncils(&context, {}, &councils);
    EXPECT_TRUE(!status.ok() || councils.councils_size() > 0);
    return status;
  }

  operations::v1::GetHealthResponse Health() const {
    const auto stub = operations::v1::OperationsService::NewStub(server_.As("operator"));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    operations::v1::GetHealthResponse health;
    const grpc::Status status = stub->GetHealth(&context, {}, &health);
    return status.ok() ? health : operations::v1::GetHealthResponse();
  }

  static bool Finds(const operations::v1::GetHealthResponse& health,
                    operations::v1::HealthCondition condition) {
    return std::ranges::any_of(health.findings(), [condition](const auto& finding) {
      return finding.condition() == condition;
    });
  }

  void ExpectAllIsWell(const std::string& what) {
    server_.EndLoad();
    EXPECT_THAT(server_.UnequalDigests(), IsEmpty());
    EXPECT_THAT(server_.Violations(), IsEmpty());
    std::cout << what << ": acknowledged " << server_.acknowledged() << ", unknown "
              << server_.unknown() << ", told DISK_FULL " << server_.Told("DISK_FULL") << std::endl;
  }

  const support::TemporaryFolder folder_;
  const std::filesystem::path data_ = folder_.path() / "mounted/data";
  const support::CuttableDisk disk_{folder_.path() / "disk", folder_.path() / "mounted",
                                    kDiskBytes};
  support::DiskFaults faults_{folder_.path()};
  LoadedServer server_{data_, folder_.path(), faults_.environment()};
};

TEST_F(FullDiskTest, RowsWithoutRoomHoldUpTheirPartitionsAndNothingElse) {
  ASSERT_TRUE(server_.Start()) << server_.LogText();
  server_.Load();
  ASSERT_TRUE(server_.WaitForMore(200)) << server_.last_error();
  disk_.Fill();
  ASSERT_TRUE(WaitUntil([&] {
    return server_.Told("DISK_FULL") > LoadedServer::kClients &&
           support::Probe(server_.at().health, kRegistry) == kProbeNotServing;
  })) << server_.last_error();
  EXPECT_TRUE(server_.WaitForLine("waits for room on the disk"));
  EXPECT_TRUE(Read().ok()) << Read().error_message();
  const operations::v1::GetHealthResponse health = Health();
  EXPECT_EQ(health.state(), operations::v1::SERVER_STATE_DEGRADED);
  EXPECT_TRUE(Finds(health, operations::v1::HEALTH_CONDITION_NO_ROOM)) << health.DebugString();
  EXPECT_TRUE(Finds(health, operations::v1::HEALTH_CONDITION_DISK_NEARLY_FULL));
  disk_.Free();
  EXPECT_TRUE(server_.WaitForMore(200)) << server_.last_error();
  EXPECT_TRUE(WaitUntil([&] {
    return support::Probe(server_.at().health, kRegistry) == kProbeServing &&
           Health().state() == operations::v1::SERVER_STATE_SERVING;
  })) << Health().ShortDebugString();
  ExpectAllIsWell("rows without room");
}

// Rows have a disk of their own, or they would be the first to find it full. The zeros that the log
// keeps ready would last for long: they are taken away, and it makes no others before it is full.
TEST_F(FullDiskTest, ALogWithoutRoomRefusesCommandsAndGoesOnByItself) {
  ASSERT_TRUE(server_.Start()) << server_.LogText();
  server_.process().Signal(SIGTERM);
  ASSERT_EQ(server_.process().Wait(), 0);
  std::filesystem::copy(data_ / "projections", folder_.path() / "projections",
                        std::filesystem::copy_options::recursive);
  std::filesystem::remove_all(data_ / "projections");
  std::filesystem::create_directory_symlink(folder_.path() / "projections", data_ / "projections");
  const std::filesystem::path segment = log::SegmentPath(data_ / "log", 1);
  const std::string bytes = support::ReadText(segment);
  std::filesystem::resize_file(segment, bytes.find_last_not_of('\0') + kMiB / 64);
  faults_.Set({.fault = DiskFault::kFail,
               .calls = DiskCall::kWrite,
               .path = "/log/",
               .error_number = ENOSPC});
  ASSERT_TRUE(server_.Start()) << server_.LogText();
  disk_.Fill(kMiB / 4);
  faults_.Heal();
  server_.Load();
  ASSERT_TRUE(WaitUntil([&] { return server_.Told("DISK_FULL") > LoadedServer::kClients; }))
      << server_.last_error();
  EXPECT_GT(server_.acknowledged(), 0);
  EXPECT_TRUE(Read().ok()) << Read().error_message();
  EXPECT_EQ(Health().state(), operations::v1::SERVER_STATE_SERVING) << "reads are served";
  disk_.Free();
  EXPECT_TRUE(server_.WaitForMore(200)) << server_.last_error();
  ExpectAllIsWell("a log without room");
}

// Why rows keep away from the end of the disk: where RocksDB itself meets it, it ends the process.
// Nothing is lost by that either, but it is no recovery. It may end before a client was told of it.
TEST_F(FullDiskTest, WithoutWhatTheyLeaveFreeTheServerWouldEnd) {
  ASSERT_TRUE(server_.Start()) << server_.LogText();
  server_.Load();
  ASSERT_TRUE(server_.WaitForMore(50)) << server_.last_error();
  faults_.Set({.fault = DiskFault::kFail,
               .calls = DiskCall::kWrite,
               .path = "/projections/registry/",
               .error_number = ENOSPC});
  ASSERT_TRUE(WaitUntil([&] {
    return server_.Told("DISK_FULL") > 0 || server_.process().Wait(std::chrono::seconds(0));
  })) << server_.last_error();
  faults_.Heal();
  EXPECT_EQ(server_.process().Wait(), -SIGABRT);
  ASSERT_TRUE(server_.Start()) << server_.LogText();
  EXPECT_TRUE(server_.WaitForMore(100)) << server_.last_error();
  ExpectAllIsWell("a full disk under RocksDB");
}

}  // namespace
}  // namespace twinledger
