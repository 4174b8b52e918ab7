// The policy as a running server keeps it: every method of every service, found in the .proto
// sources, called by every role; and what one council can learn of another.
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "platform/base/clock.h"
#include "platform/base/uuid.h"
#include "platform/crypto/system_random.h"
#include "platform/identity/authority.h"
#include "platform/rpc/errors.h"
#include "platform/rpc/policy.h"
#include "tests/support/server_process.h"
#include "tools/policy_check/proto_services.h"
#include "twinledger/registry/v1/registry_service.grpc.pb.h"

namespace twinledger {
namespace {

namespace v1 = registry::v1;
using identity::Role;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kHere = "hutt-city";
constexpr const char* kThere = "wellington-city";

void LimitTime(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
}

// One server for all tests: founding a log takes longer than any of them.
class PolicyMatrixTest : public ::testing::Test {
 protected:
  struct World {
    support::TemporaryFolder folder;
    std::filesystem::path data = folder.path() / "data";
    support::ServerProcess server{data, folder.path() / "server.log"};
    std::map<std::string, std::shared_ptr<grpc::Channel>> channels = {};
  };

  static void SetUpTestSuite() {
    world_ = std::make_unique<World>();
    const auto addresses = world_->server.WaitUntilServing();
    ASSERT_TRUE(addresses.has_value()) << support::ReadText(world_->folder.path() / "server.log");
    const SystemClock clock;
    crypto::SystemRandom random;
    auto authority = identity::Authority::Open(world_->data / "identity", {}, clock, random);
    ASSERT_TRUE(authority.ok()) << authority.error().message;
    const auto connect = [&](Role role, const std::string& council) {
      const std::filesystem::path bundle =
          world_->folder.path() / (std::string(identity::Name(role)) + "-" + council);
      ASSERT_TRUE(authority->Issue({role, council, "matrix"}, bundle).ok());
      world_->channels[KeyOf(role, council)] = support::Connect(addresses->services, bundle);
    };
    for (const Role role : identity::kRoles) {
      connect(role, identity::IsOfCouncil(role) ? kHere : "");
      if (identity::IsOfCouncil(role)) connect(role, kThere);
    }
    for (const char* council : {kHere, kThere}) Register(council);
  }
  static void TearDownTestSuite() { world_.reset(); }

  static std::string KeyOf(Role role, const std::string& council) {
    return std::string(identity::Name(role)) + "/" + council;
  }
  static std::shared_ptr<grpc::Channel> ChannelOf(Role role, const std::string& council = "") {
    return world_->channels.at(
        KeyOf(role, identity::IsOfCouncil(role) && council.empty() ? kHere : council));
  }
  static std::unique_ptr<v1::RegistryService::Stub> Registry(Role role,
                                                             const std::string& council = "") {
    return v1::RegistryService::NewStub(ChannelOf(role, council));
  }
  static std::string NewId() {
    crypto::SystemRandom random;
    return RandomUuid(random);
  }

  static void Register(const std::string& council) {
    v1::CreateCouncilRequest request;
    request.set_council_id(council);
    request.set_request_id(NewId());
    request.mutable_council()->set_display_name("Council of " + council);
    request.mutable_council()->set_kind(v1::COUNCIL_KIND_CITY);
    grpc::ClientContext context;
    LimitTime(context);
    v1::CreateCouncilResponse response;
    const grpc::Status status =
        Registry(Role::kAgencyApprover)->CreateCouncil(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  static v1::Council Get(const std::string& council) {
    grpc::ClientContext context;
    LimitTime(context);
    v1::GetCouncilRequest request;
    request.set_name("councils/" + council);
    request.mutable_read_options()->set_latest(true);
    v1::GetCouncilResponse response;
    EXPECT_TRUE(Registry(Role::kAgencyAnalyst)->GetCouncil(&context, request, &response).ok());
    return response.council();
  }

  static std::unique_ptr<World> world_;
};

std::unique_ptr<PolicyMatrixTest::World> PolicyMatrixTest::world_;

// Calls a method of any kind with an empty message, and reads all that comes back.
grpc::Status CallEmpty(const std::shared_ptr<grpc::Channel>& channel, const std::string& method) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  LimitTime(context);
  context.set_wait_for_ready(true);
  grpc::CompletionQueue queue;
  const auto wait = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  const auto call = stub.PrepareCall(&context, "/" + method, &queue);
  call->StartCall(nullptr);
  wait();
  const grpc::Slice nothing("");
  call->WriteLast(grpc::ByteBuffer(&nothing, 1), {}, nullptr);
  wait();
  grpc::ByteBuffer answer;
  do {
    call->Read(&answer, nullptr);
  } while (wait());
  grpc::Status status;
  call->Finish(&status, nullptr);
  wait();
  queue.Shutdown();
  return status;
}

bool CarriesErrorInfo(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return false;
  for (const auto& any : details.details()) {
    google::rpc::ErrorInfo detail;
    if (any.UnpackTo(&detail)) return detail.domain() == "twinledger" && !detail.reason().empty();
  }
  return false;
}

TEST_F(PolicyMatrixTest, EveryMethodAnswersEveryRoleAsTheTableSaysAndEveryErrorHasItsReason) {
  const auto services =
      policy_check::ProtoServices::Read(TWINLEDGER_BIN_DIR "/../services.protoset");
  ASSERT_TRUE(services.ok());
  int calls = 0;
  for (const auto* service : services->all()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const std::string method = service->full_name() + "/" + service->method(i)->name();
      for (const Role role : identity::kRoles) {
        SCOPED_TRACE(method + " by " + std::string(identity::Name(role)));
        const grpc::Status status = CallEmpty(ChannelOf(role), method);
        const bool denied = rpc::ReachOf(method, role) == rpc::Reach::kNone;
        EXPECT_EQ(status.error_code() == grpc::StatusCode::PERMISSION_DENIED, denied)
            << status.error_code() << ": " << status.error_message();
        EXPECT_TRUE(status.ok() || CarriesErrorInfo(status)) << status.error_message();
        ++calls;
      }
    }
  }
  EXPECT_GT(calls, 200);
}

TEST_F(PolicyMatrixTest, AnotherCouncilsRecordIsAnsweredAsOneThatDoesNotExist) {
  const auto registry = Registry(Role::kCouncilOfficer);
  const auto get = [&](const std::string& council) {
    grpc::ClientContext context;
    LimitTime(context);
    v1::GetCouncilRequest request;
    request.set_name("councils/" + council);
    v1::GetCouncilResponse response;
    const grpc::Status status = registry->GetCouncil(&context, request, &response);
    return status.ok() ? Error{} : rpc::FromStatus(status);
  };
  EXPECT_TRUE(get(kHere).reason.empty());
  // Of equal length, so that the two answers can be compared byte by byte once the name is gone.
  const Error there = get(kThere);
  const Error nowhere = get("nowhereton-city");
  EXPECT_EQ(there.code, Code::kNotFound);
  EXPECT_EQ(there.code, nowhere.code);
  EXPECT_EQ(there.reason, nowhere.reason);
  EXPECT_EQ(there.message.size(), nowhere.message.size());
  EXPECT_EQ(there.metadata.size(), nowhere.metadata.size());
}

TEST_F(PolicyMatrixTest, AListHoldsTheCallersCouncilOnlyWhateverTheFilter) {
  const auto names = [&](Role role, const std::string& filter) {
    grpc::ClientContext context;
    LimitTime(context);
    v1::ListCouncilsRequest request;
    request.set_filter(filter);
    request.mutable_read_options()->set_latest(true);
    v1::ListCouncilsResponse response;
    const grpc::Status status = Registry(role)->ListCouncils(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::vector<std::string> found;
    for (const v1::Council& council : response.councils()) found.push_back(council.name());
    return found;
  };
  EXPECT_THAT(names(Role::kAgencyAnalyst, ""),
              ElementsAre("councils/hutt-city", "councils/wellington-city"));
  EXPECT_THAT(names(Role::kCouncilOfficer, ""), ElementsAre("councils/hutt-city"));
  EXPECT_THAT(names(Role::kCouncilOfficer, "name = \"councils/wellington-city\""), IsEmpty());
  EXPECT_THAT(names(Role::kCouncilOfficer, "display_name:wellington OR kind = CITY"),
              ElementsAre("councils/hutt-city"));
}

TEST_F(PolicyMatrixTest, APageTokenIsGoodForTheCallerThatGotIt) {
  grpc::ClientContext context;
  LimitTime(context);
  v1::ListCouncilsRequest request;
  request.set_page_size(1);
  request.mutable_read_options()->set_latest(true);
  v1::ListCouncilsResponse response;
  ASSERT_TRUE(Registry(Role::kAgencyAnalyst)->ListCouncils(&context, request, &response).ok());
  ASSERT_THAT(response.next_page_token(), Not(IsEmpty()));
  request.set_page_token(response.next_page_token());
  grpc::ClientContext other;
  LimitTime(other);
  const grpc::Status status =
      Registry(Role::kCouncilOfficer)->ListCouncils(&other, request, &response);
  EXPECT_EQ(rpc::FromStatus(status).reason, "BAD_PAGE_TOKEN");
}

TEST_F(PolicyMatrixTest, WritingToAnotherCouncilIsDeniedAndWritingToItsOwnIsNot) {
  const auto update = [&](Role role, const std::string& council, const std::string& seat) {
    grpc::ClientContext context;
    LimitTime(context);
    v1::UpdateCouncilRequest request;
    request.mutable_council()->set_name("councils/" + council);
    request.mutable_council()->set_seat(seat);
    request.mutable_update_mask()->add_paths("seat");
    request.set_etag(Get(council).etag());
    request.set_request_id(NewId());
    v1::UpdateCouncilResponse response;
    const grpc::Status status = Registry(role)->UpdateCouncil(&context, request, &response);
    return status.ok() ? std::string("OK") : rpc::FromStatus(status).reason;
  };
  EXPECT_EQ(update(Role::kCouncilOfficer, kHere, "Lower Hutt"), "OK");
  EXPECT_EQ(update(Role::kCouncilOfficer, kThere, "Nowhere"), "NOT_PERMITTED");
  EXPECT_EQ(update(Role::kAgencyAnalyst, kThere, "Wellington"), "OK");
  EXPECT_EQ(update(Role::kAuditor, kHere, "Nowhere"), "NOT_PERMITTED");
  EXPECT_EQ(Get(kHere).seat(), "Lower Hutt");
}

}  // namespace
}  // namespace twinledger
