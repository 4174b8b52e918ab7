// A whole data directory is put back to an older copy: log, HEAD and projections agree, so nothing
// in it can tell. Who was answered since can: the token of an answer, its position and hash.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <iostream>

#include "platform/base/uuid.h"
#include "platform/crypto/system_random.h"
#include "platform/rpc/errors.h"
#include "tests/faults/loaded_server.h"

namespace twinledger {
namespace {

using ::testing::Contains;
using ::testing::StartsWith;

class RolledBackTest : public ::testing::Test {
 protected:
  ~RolledBackTest() override {
    if (HasFailure()) std::cout << server_.LogText();
  }

  void Stop() {
    server_.process().Signal(SIGTERM);
    ASSERT_EQ(server_.process().Wait(), 0);
  }

  registry::v1::CreateCouncilResponse Create(const std::string& id) {
    const auto stub = registry::v1::RegistryService::NewStub(server_.As("agency-approver"));
    registry::v1::CreateCouncilRequest request;
    request.set_council_id(id);
    request.mutable_council()->set_display_name(id);
    request.mutable_council()->set_kind(registry::v1::COUNCIL_KIND_CITY);
    request.set_request_id(RandomUuid(random_));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    registry::v1::CreateCouncilResponse response;
    const grpc::Status status = stub->CreateCouncil(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  Result<void> Read(const std::string& token) {
    const auto stub = registry::v1::RegistryService::NewStub(server_.As("agency-analyst"));
    registry::v1::ListCouncilsRequest request;
    if (!token.empty()) request.mutable_read_options()->add_consistency_tokens(token);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    registry::v1::ListCouncilsResponse response;
    const grpc::Status status = stub->ListCouncils(&context, request, &response);
    if (status.ok()) return {};
    return rpc::FromStatus(status);
  }

  const support::TemporaryFolder folder_;
  const std::filesystem::path data_ = folder_.path() / "data";
  crypto::SystemRandom random_;
  LoadedServer server_{data_, folder_.path()};
};

TEST_F(RolledBackTest, WhoeverWasAnsweredSinceTheCopyIsToldAndTheOracleKnows) {
  ASSERT_TRUE(server_.Start()) << server_.LogText();
  const std::string before = Create("before").receipt().consistency_token();
  ASSERT_NO_FATAL_FAILURE(Stop());
  std::filesystem::copy(data_, folder_.path() / "older", std::filesystem::copy_options::recursive);
  ASSERT_TRUE(server_.Start()) << server_.LogText();
  const std::string since = Create("since").receipt().consistency_token();
  EXPECT_TRUE(Read(since).ok());
  server_.Load();
  ASSERT_TRUE(server_.WaitForMore(100)) << server_.last_error();
  server_.EndLoad();
  ASSERT_NO_FATAL_FAILURE(Stop());

  std::filesystem::remove_all(data_);
  std::filesystem::rename(folder_.path() / "older", data_);
  EXPECT_THAT(ViolationsOf(data_, folder_.path() / "history"), Contains(StartsWith("L1")));
  ASSERT_TRUE(server_.Start()) << server_.LogText();
  // Who knows nothing of what was answered sees nothing.
  EXPECT_TRUE(Read("").ok());
  EXPECT_TRUE(Read(before).ok());
  const Result<void> told = Read(since);
  ASSERT_FALSE(told.ok());
  EXPECT_EQ(told.error().code, Code::kDataLoss);
  EXPECT_EQ(told.error().reason, "TOKEN_MISMATCH");
  EXPECT_TRUE(server_.WaitForLine("rolled back"));
  // Nor does another record at that place pass for the one that was answered.
  for (int i = 0; i < 8; ++i) Create("later-" + std::to_string(i));
  Create("since");
  EXPECT_EQ(Read(since).error().reason, "TOKEN_MISMATCH");
  std::cout << "rolled back: of " << server_.acknowledged() + 1 << " that were acknowledged since"
            << std::endl;
}

}  // namespace
}  // namespace twinledger
