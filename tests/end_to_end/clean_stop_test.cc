// What a server that was stopped as it should finds, when its files are not what it left: as where
// a disk forgets, which no time of a file tells.
#include "platform/server/clean_stop.h"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "platform/base/data_directory.h"
#include "platform/base/uuid.h"
#include "platform/crypto/system_random.h"
#include "platform/rpc/errors.h"
#include "tests/end_to_end/server_fixture.h"
#include "tests/support/flipped_bit.h"
#include "twinledger/registry/v1/registry_service.grpc.pb.h"

namespace twinledger {
namespace {

namespace fs = std::filesystem;

constexpr int kCouncils = 300;

class CleanStopTest : public ServerTest {
 protected:
  fs::path Mark() const { return data() / "clean_stop"; }

  void FillAndStop() {
    auto server = Start();
    const auto at = server->WaitUntilServing();
    ASSERT_TRUE(at) << LogText();
    const auto stub = registry::v1::RegistryService::NewStub(As("agency-approver", *at));
    crypto::SystemRandom random;
    for (int i = 0; i < kCouncils; ++i) {
      registry::v1::CreateCouncilRequest request;
      request.set_council_id("council-" + std::to_string(i));
      request.mutable_council()->set_display_name("Council " + RandomUuid(random));
      request.mutable_council()->set_kind(registry::v1::COUNCIL_KIND_CITY);
      request.set_request_id(RandomUuid(random));
      grpc::ClientContext context;
      SetDeadline(context);
      registry::v1::CreateCouncilResponse response;
      const grpc::Status status = stub->CreateCouncil(&context, request, &response);
      ASSERT_TRUE(status.ok()) << status.error_message();
    }
    EXPECT_FALSE(fs::exists(Mark()));
    server->Signal(SIGTERM);
    ASSERT_EQ(server->Wait(), 0) << LogText();
    ASSERT_TRUE(fs::exists(Mark()));
    fs::remove(log_file());
  }

  // The mark is made once more: the files have no other time than those that the stop left.
  void Flip(const fs::path& path, std::uintmax_t at) {
    support::FlipABit(path, static_cast<std::streamoff>(at));
    fs::remove(Mark());
    ASSERT_TRUE(server::MarkCleanStop(DataDirectory(data())).ok());
  }

  // How many councils are told, each of them once; minus one where the answer is that the rows are
  // made again, or was cut off as the server started over. Anything else fails.
  int CountCouncils(const support::ServerAddresses& at) {
    const auto stub = registry::v1::RegistryService::NewStub(As("agency-analyst", at));
    registry::v1::ListCouncilsRequest request;
    request.set_page_size(50);
    int count = 0;
    do {
      grpc::ClientContext context;
      SetDeadline(context);
      registry::v1::ListCouncilsResponse response;
      const grpc::Status status = stub->ListCouncils(&context, request, &response);
      if (!status.ok()) {
        EXPECT_TRUE(status.error_code() == grpc::StatusCode::UNAVAILABLE ||
                    status.error_code() == grpc::StatusCode::CANCELLED)
            << status.error_code() << ": " << status.error_message();
        return -1;
      }
      count += response.councils_size();
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return count;
  }
};

TEST_F(CleanStopTest, AServerThatIsKilledLeavesNoMark) {
  ASSERT_NO_FATAL_FAILURE(RunOnce());
  ASSERT_TRUE(fs::exists(Mark()));
  auto server = Start();
  ASSERT_TRUE(server->WaitUntilServing()) << LogText();
  EXPECT_FALSE(fs::exists(Mark()));
  server->Signal(SIGKILL);
  ASSERT_EQ(server->Wait(), -SIGKILL);
  EXPECT_FALSE(fs::exists(Mark()));
}

TEST_F(CleanStopTest, ADamagedProjectionIsBuiltAnewAndNothingElseIsReadFromIt) {
  ASSERT_NO_FATAL_FAILURE(FillAndStop());
  const fs::path store = data() / "projections" / "registry";
  fs::path largest;
  for (const auto& entry : fs::directory_iterator(store)) {
    if (entry.path().extension() != ".sst") continue;
    if (largest.empty() || fs::file_size(entry) > fs::file_size(largest)) largest = entry.path();
  }
  ASSERT_FALSE(largest.empty());
  // Behind its middle stand rows of the module, before its end what is read at once.
  ASSERT_NO_FATAL_FAILURE(Flip(largest, fs::file_size(largest) * 6 / 10));
  auto server = Start();
  const auto at = server->WaitUntilServing();
  ASSERT_TRUE(at) << LogText();
  const int count = CountCouncils(*at);
  EXPECT_TRUE(count == -1 || count == kCouncils) << count << "\n" << LogText();
  EXPECT_TRUE(WaitForLine("PROJECTION_REBUILT")) << LogText();
  EXPECT_NE(LogText().find("STORE_DAMAGED"), std::string::npos) << LogText();
  EXPECT_NE(LogText().find(store.string()), std::string::npos) << LogText();
  const auto again = server->WaitUntilServing();
  ASSERT_TRUE(again) << LogText();
  EXPECT_EQ(CountCouncils(*again), kCouncils) << LogText();
  server->Signal(SIGTERM);
  ASSERT_EQ(server->Wait(), 0) << LogText();
  EXPECT_TRUE(fs::exists(Mark()));
}

TEST_F(CleanStopTest, DamageOfTheLogEndsTheServerWithThePlace) {
  ASSERT_NO_FATAL_FAILURE(FillAndStop());
  const fs::path segment = data() / "log" / "00000000000000000001.seg";
  const std::string bytes = support::ReadText(segment);
  ASSERT_NO_FATAL_FAILURE(Flip(segment, bytes.find_last_not_of('\0') / 2));
  auto server = Start();
  EXPECT_EQ(server->Wait(), 4) << LogText();
  EXPECT_NE(LogText().find(segment.string()), std::string::npos) << LogText();
  EXPECT_FALSE(fs::exists(Mark()));
}

}  // namespace
}  // namespace twinledger
