// Limits of docs/operations/limits.md as a client meets them: each at the limit, and one past it.
#include <gtest/gtest.h>

#include <string>

#include "platform/rpc/errors.h"
#include "tests/end_to_end/server_fixture.h"
#include "twinledger/registry/v1/registry_service.grpc.pb.h"

namespace twinledger {
namespace {

using registry::v1::RegistryService;

class LimitsTest : public ServerTest {
 protected:
  // Takes calls, with these flags.
  void Serve(const std::vector<std::string>& flags = {}) {
    server_ = Start(flags);
    const auto at = server_->WaitUntilServing();
    ASSERT_TRUE(at) << LogText();
    at_ = *at;
  }

  // Of a request with so many bytes on the wire.
  Error CreateOf(std::size_t bytes) {
    registry::v1::CreateCouncilRequest request;
    request.mutable_council()->set_display_name(std::string(bytes, 'x'));
    const std::size_t more = request.ByteSizeLong() - bytes;
    request.mutable_council()->set_display_name(std::string(bytes - more, 'x'));
    EXPECT_EQ(request.ByteSizeLong(), bytes);
    grpc::ClientContext context;
    SetDeadline(context);
    registry::v1::CreateCouncilResponse response;
    return rpc::FromStatus(RegistryService::NewStub(As("agency-approver", at_))
                               ->CreateCouncil(&context, request, &response));
  }

  grpc::Status HealthWithMetadata(std::size_t bytes) {
    grpc::ClientContext context;
    SetDeadline(context);
    context.AddMetadata("x-filling", std::string(bytes, 'x'));
    operations::v1::GetHealthResponse response;
    return operations::v1::OperationsService::NewStub(As("operator", at_))
        ->GetHealth(&context, {}, &response);
  }

  grpc::Status Health(const std::string& role) {
    operations::v1::GetHealthResponse response;
    return GetHealth(As(role, at_), &response);
  }

  std::unique_ptr<support::ServerProcess> server_;
  support::ServerAddresses at_;
};

TEST_F(LimitsTest, ARequestOfTheMostBytesIsReadAndOneByteMoreIsRefused) {
  Serve();
  constexpr std::size_t kMost = 256 * 1024;
  EXPECT_EQ(CreateOf(kMost).reason, "INVALID_REQUEST");  // For what it holds.
  const Error larger = CreateOf(kMost + 1);
  EXPECT_EQ(larger.code, Code::kResourceExhausted);
  EXPECT_EQ(larger.reason, "REQUEST_TOO_LARGE");
  EXPECT_EQ(larger.metadata.at("bytes"), std::to_string(kMost + 1));
  // From here on it is the library that refuses: a code alone.
  EXPECT_EQ(CreateOf(1024 * 1024).reason, "REQUEST_TOO_LARGE");
  const Error beyond = CreateOf(1024 * 1024 + 1);
  EXPECT_EQ(beyond.code, Code::kResourceExhausted);
  EXPECT_EQ(beyond.reason, "RESOURCE_EXHAUSTED");
}

TEST_F(LimitsTest, MetadataOfEightKilobytesAreTaken) {
  Serve();
  EXPECT_TRUE(HealthWithMetadata(7'000).ok());
  const grpc::Status larger = HealthWithMetadata(8 * 1024);
  EXPECT_EQ(larger.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << larger.error_message();
}

// A unit a second comes back: whoever asks all the time is soon refused, however slow the machine.
TEST_F(LimitsTest, AnAccountThatAsksTooOftenIsToldWhenToGoOnAndHoldsUpNobodyElse) {
  Serve({"--account-units-per-second", "1", "--account-units-burst", "25"});
  int taken = 0;
  grpc::Status refused;
  while (taken < 1000 && (refused = Health("operator")).ok()) ++taken;
  EXPECT_GE(taken, 5);
  const Error error = rpc::FromStatus(refused);
  EXPECT_EQ(error.code, Code::kResourceExhausted);
  EXPECT_EQ(error.reason, "RATE_LIMITED");
  ASSERT_TRUE(error.retry_after.has_value());
  EXPECT_LE(*error.retry_after, std::chrono::seconds(5));
  EXPECT_TRUE(Health("auditor").ok());
}

TEST_F(LimitsTest, ADearCallTakesAllThatAnAccountHas) {
  Serve({"--account-units-per-second", "1", "--account-units-burst", "5"});
  const auto stub = RegistryService::NewStub(As("agency-analyst", at_));
  const auto list = [&] {
    grpc::ClientContext context;
    SetDeadline(context);
    registry::v1::ListCouncilsResponse response;
    return rpc::FromStatus(stub->ListCouncils(&context, {}, &response));
  };
  int taken = 0;
  Error refused;
  while (taken < 1000 && static_cast<int>((refused = list()).code) == 0) ++taken;
  EXPECT_GE(taken, 1);
  EXPECT_EQ(refused.reason, "RATE_LIMITED");
  ASSERT_TRUE(refused.retry_after.has_value());
  EXPECT_LE(*refused.retry_after, std::chrono::seconds(5));
}

}  // namespace
}  // namespace twinledger
