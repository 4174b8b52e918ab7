// kill -9 of a server with all its services while councils record gifts, again and again; then what
// is asked of receipts: none is missing, none is there twice, and each is computed again to the
// same hashes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <iostream>
#include <random>
#include <set>
#include <thread>

#include "platform/base/uuid.h"
#include "platform/crypto/system_random.h"
#include "platform/identity/authority.h"
#include "tests/faults/gift_client.h"
#include "tests/support/server_process.h"
#include "twinledger/operations/v1/operations.grpc.pb.h"
#include "twinledger/registry/v1/registry_service.grpc.pb.h"
#include "twinledger/risk/v1/risk_service.grpc.pb.h"

namespace twinledger {
namespace {

using support::ServerProcess;
using ::testing::UnorderedElementsAreArray;

constexpr int kCouncils = 8;
constexpr int kRounds = 12;
constexpr std::chrono::seconds kPatience{120};

template <class Stub, class Call, class Request, class Response>
void Ask(Stub& stub, Call call, const Request& request, Response& response) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  context.set_wait_for_ready(true);
  const grpc::Status status = (stub.*call)(&context, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
}

class AssessmentKillTest : public ::testing::Test {
 protected:
  std::filesystem::path data() const { return folder_.path() / "data"; }
  std::filesystem::path log_file() const { return folder_.path() / "stderr"; }

  void Start(const std::string& listen) {
    server_ = std::make_unique<ServerProcess>(data(), log_file(),
                                              std::vector<std::string>{"--listen", listen});
    const auto at = server_->WaitUntilServing();
    ASSERT_TRUE(at) << support::ReadText(log_file());
    services_ = at->services;
  }
  std::shared_ptr<grpc::Channel> As(const std::string& account) const {
    return support::Connect(services_, support::ClientFolder(data(), account));
  }

  void MakeCouncil(const std::string& id) {
    registry::v1::CreateCouncilRequest request;
    request.set_council_id(id);
    request.mutable_council()->set_display_name(id);
    request.mutable_council()->set_kind(registry::v1::COUNCIL_KIND_CITY);
    request.set_request_id(RandomUuid(random_));
    registry::v1::CreateCouncilResponse response;
    const auto stub = registry::v1::RegistryService::NewStub(As("agency-approver"));
    Ask(*stub, &registry::v1::RegistryService::Stub::CreateCouncil, request, response);
    const SystemClock clock;
    auto authority = identity::Authority::OpenExisting(data() / "identity", {}, clock, random_);
    ASSERT_TRUE(authority.ok());
    ASSERT_TRUE(authority->Issue({identity::Role::kCouncilOfficer, id, id}, folder_.path() / id));
  }

  // The names of all that is recorded of a council.
  std::vector<std::string> RecordsOf(const std::string& council) {
    const auto stub = engagement::v1::EngagementService::NewStub(As("auditor"));
    std::vector<std::string> names;
    engagement::v1::ListRecordsRequest request;
    request.set_parent("councils/" + council);
    request.set_page_size(1000);
    do {
      engagement::v1::ListRecordsResponse page;
      Ask(*stub, &engagement::v1::EngagementService::Stub::ListRecords, request, page);
      for (const auto& record : page.records()) names.push_back(record.name());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return names;
  }

  // All receipts of a council, newest first.
  std::vector<risk::v1::AssessmentReceipt> ReceiptsOf(const std::string& council) {
    const auto stub = risk::v1::RiskService::NewStub(As("auditor"));
    std::vector<risk::v1::AssessmentReceipt> receipts;
    risk::v1::ListReceiptsRequest request;
    request.set_parent("councils/" + council);
    request.set_page_size(1000);
    do {
      risk::v1::ListReceiptsResponse page;
      Ask(*stub, &risk::v1::RiskService::Stub::ListReceipts, request, page);
      receipts.insert(receipts.end(), page.receipts().begin(), page.receipts().end());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return receipts;
  }

  // Until the last receipt is of what the log holds by now.
  void AwaitReceipt(const std::string& council) {
    const auto stub = risk::v1::RiskService::NewStub(As("auditor"));
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    risk::v1::GetAssessmentRequest request;
    request.set_name("councils/" + council);
    request.mutable_read_options()->set_latest(true);
    risk::v1::GetAssessmentResponse answer;
    do {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline)
          << "no receipt of what is recorded of " << council << ": " << answer.ShortDebugString();
      answer.Clear();
      Ask(*stub, &risk::v1::RiskService::Stub::GetAssessment, request, answer);
    } while (answer.receipt().facts_sha256() != answer.facts_sha256());
  }

  void ExpectEachComputesAgain(const std::string& council,
                               const std::vector<risk::v1::AssessmentReceipt>& receipts) {
    const auto stub = risk::v1::RiskService::NewStub(As("auditor"));
    for (const auto& receipt : receipts) {
      risk::v1::RecomputeAssessmentRequest request;
      request.set_name("councils/" + council);
      request.set_receipt(receipt.receipt());
      risk::v1::RecomputeAssessmentResponse answer;
      Ask(*stub, &risk::v1::RiskService::Stub::RecomputeAssessment, request, answer);
      EXPECT_EQ(answer.verdict(), risk::v1::RECOMPUTE_VERDICT_MATCH) << answer.ShortDebugString();
    }
  }

  void ExpectEqualRebuild(const std::string& projection) {
    const auto stub = operations::v1::OperationsService::NewStub(As("operator"));
    grpc::ClientContext context;
    operations::v1::RebuildProjectionRequest request;
    request.set_name(projection);
    const auto reader = stub->RebuildProjection(&context, request);
    operations::v1::RebuildProjectionResponse step;
    while (reader->Read(&step)) continue;
    const grpc::Status status = reader->Finish();
    ASSERT_TRUE(status.ok()) << projection << ": " << status.error_message();
    EXPECT_TRUE(step.comparison().equal()) << projection << ": " << step.ShortDebugString();
  }

  support::TemporaryFolder folder_;
  crypto::SystemRandom random_;
  std::unique_ptr<ServerProcess> server_;
  std::string services_;
};

TEST_F(AssessmentKillTest, NoReceiptIsMissingOrThereTwiceAndEachIsComputedAgain) {
  Start("127.0.0.1:0");
  const std::string listen = services_;
  std::vector<std::string> councils;
  for (int i = 0; i < kCouncils; ++i) {
    councils.push_back("council-" + std::to_string(i));
    MakeCouncil(councils.back());
  }
  Acknowledgements acknowledgements;
  std::vector<std::unique_ptr<GiftClient>> clients;
  for (const std::string& council : councils) {
    clients.push_back(std::make_unique<GiftClient>(council, services_, folder_.path() / council,
                                                   acknowledgements));
  }
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> milliseconds(0, 500);
  for (int round = 0; round < kRounds; ++round) {
    ASSERT_TRUE(acknowledgements.WaitForOne(kPatience)) << "no answer in round " << round;
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds(random)));
    server_->Signal(SIGKILL);
    ASSERT_EQ(server_->Wait(), -SIGKILL);
    Start(listen);
  }
  for (const auto& client : clients) client->Finish();
  int unknown = 0;
  std::size_t receipts_seen = 0;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const std::vector<std::string> acknowledged = clients[i]->Join();
    EXPECT_THAT(RecordsOf(councils[i]), UnorderedElementsAreArray(acknowledged));
    unknown += clients[i]->unknown();
    AwaitReceipt(councils[i]);
    const std::vector<risk::v1::AssessmentReceipt> receipts = ReceiptsOf(councils[i]);
    ASSERT_FALSE(receipts.empty());
    receipts_seen += receipts.size();
    ExpectEachComputesAgain(councils[i], receipts);
    std::set<std::string> inputs;
    for (std::size_t at = 0; at < receipts.size(); ++at) {
      EXPECT_TRUE(inputs.insert(receipts[at].input_sha256()).second)
          << "two receipts of one input: " << receipts[at].ShortDebugString();
      EXPECT_EQ(receipts[at].previous_receipt(),
                at + 1 < receipts.size() ? receipts[at + 1].receipt() : "");
    }
  }
  EXPECT_GT(unknown, 0) << "no kill met a call in flight";
  for (const std::string projection : {"registry", "engagement", "risk", "reporting"}) {
    ExpectEqualRebuild(projection);
  }
  std::cout << "seed " << seed << ", kills " << kRounds << ", acknowledged "
            << acknowledgements.count() << ", unknown " << unknown << ", receipts " << receipts_seen
            << "\n";
}

}  // namespace
}  // namespace twinledger
