// A server whose wall clock is moved while it runs: an hour on, an hour back, ten years on, and to
// and fro ten times a second. Nothing is recorded while it cannot be believed, nothing goes back in
// time, no id of a request expires, and once it is right again all goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iostream>

#include "platform/base/uuid.h"
#include "platform/log/archive/log_path.h"
#include "platform/rpc/errors.h"
#include "tests/faults/load_fixture.h"
#include "tests/support/history_oracle.h"
#include "twinledger/operations/v1/operations.grpc.pb.h"

namespace twinledger {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::seconds;
using ::testing::IsEmpty;

constexpr int kUnderMovedClocks = 8;
constexpr hours kTenYears{10 * 365 * 24};
// Of a clock that is moved: less than is believed.
constexpr seconds kLittle{25};
constexpr seconds kWritableWithin{120};

class ClocksTest : public LoadedServerTest {
 protected:
  // The log, and all credentials, are of three hours ago.
  void SetUp() override {
    MoveClock(-hours(3));
    StartMoved();
    Stop();
    MoveClock(microseconds(0));
  }

  void MoveClock(microseconds by) {
    const std::int64_t offset = by.count();
    std::fstream file(clock_file(), std::ios::in | std::ios::out | std::ios::binary);
    if (!file) file.open(clock_file(), std::ios::out | std::ios::binary);
    file.write(reinterpret_cast<const char*>(&offset), sizeof(offset));
  }

  // The server alone has such a clock.
  void StartMoved() {
    setenv("LD_PRELOAD", MOVED_CLOCK, 1);
    setenv("TWINLEDGER_MOVED_CLOCK", clock_file().c_str(), 1);
    const char* const options = getenv("ASAN_OPTIONS");
    const std::string before = options == nullptr ? "" : options;
    setenv("ASAN_OPTIONS", (before + ":verify_asan_link_order=0").c_str(), 1);
    Start();
    setenv("ASAN_OPTIONS", before.c_str(), 1);
    unsetenv("LD_PRELOAD");
    unsetenv("TWINLEDGER_MOVED_CLOCK");
  }

  registry::v1::CreateCouncilRequest NewCouncil(const std::string& id) {
    registry::v1::CreateCouncilRequest request;
    request.set_council_id(id);
    request.mutable_council()->set_display_name(id);
    request.mutable_council()->set_kind(registry::v1::COUNCIL_KIND_CITY);
    request.set_request_id(RandomUuid(ids_));
    return request;
  }

  // The receipt's position, or the reason why not.
  std::string Write(const registry::v1::CreateCouncilRequest& request) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + seconds(30));
    registry::v1::CreateCouncilResponse response;
    const grpc::Status status = writes_->CreateCouncil(&context, request, &response);
    return status.ok() ? response.receipt().position() : rpc::FromStatus(status).reason;
  }

  std::string ReadReason(const std::string& council) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + seconds(30));
    registry::v1::GetCouncilRequest request;
    request.set_name("councils/" + council);
    request.mutable_read_options()->set_latest(true);
    registry::v1::GetCouncilResponse response;
    const grpc::Status status = writes_->GetCouncil(&context, request, &response);
    return status.ok() ? "OK" : status.error_message();
  }

  // On a connection of its own, with its handshake.
  grpc::StatusCode Connects() {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + seconds(30));
    registry::v1::ListCouncilsRequest request;
    request.set_page_size(1);
    registry::v1::ListCouncilsResponse response;
    return registry::v1::RegistryService::NewStub(As("auditor"))
        ->ListCouncils(&context, request, &response)
        .error_code();
  }

  // Within a moment: what writers find is told once a second or so.
  bool OperatorIsTold() {
    const auto until = std::chrono::steady_clock::now() + kWritableWithin;
    const auto stub = operations::v1::OperationsService::NewStub(As("operator"));
    while (std::chrono::steady_clock::now() < until) {
      grpc::ClientContext context;
      context.set_deadline(std::chrono::system_clock::now() + seconds(30));
      operations::v1::GetHealthResponse health;
      if (!stub->GetHealth(&context, {}, &health).ok()) return false;
      const bool told = std::ranges::any_of(health.findings(), [](const auto& finding) {
        return finding.condition() == operations::v1::HEALTH_CONDITION_CLOCK_NOT_BELIEVED;
      });
      if (told) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
  }

  void KeepConnection() {
    channel_ = As("agency-approver");
    writes_ = registry::v1::RegistryService::NewStub(channel_);
  }

  // Whatever was told before, and until it is so.
  void AwaitWritable() {
    const auto until = std::chrono::steady_clock::now() + kWritableWithin;
    std::string told;
    do {
      ASSERT_LT(std::chrono::steady_clock::now(), until) << told;
      told = Write(NewCouncil("ready-" + std::to_string(++ready_)));
    } while (!told.starts_with("registry/"));
  }

  std::filesystem::path clock_file() const { return root() / "clock"; }

  crypto::SystemRandom ids_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<registry::v1::RegistryService::Stub> writes_;
  int ready_ = 0;
};

TEST_F(ClocksTest, AClockThatIsMovedStopsWritesAndNothingElseUntilItIsBack) {
  StartMoved();
  KeepConnection();
  const registry::v1::CreateCouncilRequest first = NewCouncil("first");
  const std::string position = Write(first);
  ASSERT_TRUE(position.starts_with("registry/")) << position;
  StartClients(kUnderMovedClocks);
  int moves = 0;
  for (const microseconds by :
       {microseconds(hours(1)), microseconds(-hours(1)), microseconds(kTenYears)}) {
    AwaitProgress();
    MoveClock(by);
    EXPECT_EQ(Write(NewCouncil("at-a-wrong-time")), "CLOCK");
    EXPECT_EQ(Write(first), position) << "the first outcome, whatever the time";
    EXPECT_EQ(ReadReason("first"), "OK");
    EXPECT_TRUE(by == kTenYears || OperatorIsTold());
    // Certificates of a year are over then, and say so by the handshake.
    EXPECT_EQ(Connects(), by == kTenYears ? grpc::StatusCode::UNAVAILABLE : grpc::StatusCode::OK);
    MoveClock(microseconds(0));
    AwaitWritable();
    EXPECT_EQ(Connects(), grpc::StatusCode::OK);
    ++moves;
  }
  EXPECT_TRUE(WaitForLine("certificate verify failed"));
  FinishClients();
  std::cout << "moves " << moves << "\n";
  Stop();
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(ClocksTest, AClockThatGoesToAndFroALittleTakesNoRecordBackInTime) {
  StartMoved();
  StartClients(kUnderMovedClocks);
  AwaitProgress();
  for (int i = 0; i < 40; ++i) {
    MoveClock(microseconds(i % 2 == 0 ? kLittle : -kLittle));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  // Longer than all clients need to be recorded, and shorter than the clock has to catch up.
  MoveClock(kLittle);
  for (int i = 0; i < 5 * kUnderMovedClocks; ++i) AwaitProgress();
  MoveClock(-kLittle);
  for (int i = 0; i < 25 * kUnderMovedClocks; ++i) AwaitProgress();
  MoveClock(microseconds(0));
  FinishClients();
  Stop();
  EXPECT_THAT(Violations(), IsEmpty());  // L5: record times.
  // The control: by the clock alone records would have gone back. Those of a time before the last
  // one's have its time.
  const auto path = log::ResolveLogPath(data());
  const auto log = log::OpenForReading(*path);
  const auto facts = support::ReadLogFacts(**log, *log::FindFounding(**log, std::nullopt));
  int held = 0;
  for (const auto& [partition, commits] : facts->partitions) {
    int same = 0;
    for (std::size_t i = 1; i < commits.size(); ++i) {
      same = commits[i].record_time_us == commits[i - 1].record_time_us ? same + 1 : 0;
      held = std::max(held, same);
    }
  }
  std::cout << "commits of one time in a row: " << held << "\n";
  EXPECT_GT(held, kUnderMovedClocks);  // More than one record has of as many clients.
}

TEST_F(ClocksTest, AStartWithAWrongClockIsRefusedOrRecordsNothingAndLeavesNothingWrong) {
  StartMoved();
  KeepConnection();
  const std::string before = Write(NewCouncil("before"));
  EXPECT_TRUE(before.starts_with("registry/")) << before;
  Stop();
  MoveClock(-hours(1));
  StartMoved();
  KeepConnection();
  EXPECT_EQ(Write(NewCouncil("an-hour-early")), "CLOCK");
  EXPECT_TRUE(OperatorIsTold());
  EXPECT_EQ(ReadReason("before"), "OK");
  Stop();
  MoveClock(microseconds(0));
  StartMoved();
  KeepConnection();
  AwaitWritable();
  Stop();
}

}  // namespace
}  // namespace twinledger
