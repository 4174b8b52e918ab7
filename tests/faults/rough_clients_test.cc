// Clients that do not wait for their answers, whose connections are cut, and who send everything
// several times: nothing is lost or done twice, and whoever asks again gets the first outcome.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <map>
#include <set>
#include <thread>

#include "platform/rpc/errors.h"
#include "tests/faults/cutting_relay.h"
#include "tests/faults/load_fixture.h"
#include "tests/faults/rough_client.h"
#include "tests/support/history.h"

namespace twinledger {
namespace {

using support::HistoryEvent;
using ::testing::IsEmpty;

constexpr int kRoughClients = 16;
constexpr std::chrono::seconds kRoughTime{8};

class RoughClientsTest : public LoadedServerTest {
 protected:
  using Requests = std::vector<registry::v1::CreateCouncilRequest>;

  void StartRough(const Roughness& how, const std::string& address) {
    for (int i = 0; i < kRoughClients; ++i) {
      std::vector<std::shared_ptr<grpc::Channel>> channels;
      for (int connection = 0; connection < 2; ++connection) {
        channels.push_back(
            support::Connect(address, support::ClientFolder(data(), "agency-approver")));
      }
      rough_.push_back(std::make_unique<RoughClient>(i, history(), channels, how, random()()));
    }
  }

  RoughCounts FinishRough() {
    RoughCounts counts;
    for (const auto& client : rough_) client->Finish();
    for (const auto& client : rough_) {
      counts.Add(client->Join());
      settled_.insert(settled_.end(), client->settled().begin(), client->settled().end());
    }
    rough_.clear();
    std::cout << "requests " << settled_.size() << ", rough calls: answered " << counts.answered
              << ", late " << counts.late << ", taken back " << counts.cancelled << ", cut "
              << counts.cut << ", told no " << counts.told_no << "\n";
    return counts;
  }

  // Of the same ids with other bodies.
  void ExpectReuseToBeRefused(const Requests& requests) {
    const auto stub = registry::v1::RegistryService::NewStub(As("agency-approver"));
    for (registry::v1::CreateCouncilRequest request : requests) {
      request.mutable_council()->set_display_name("Another");
      grpc::Status status;
      do {
        grpc::ClientContext context;
        registry::v1::CreateCouncilResponse response;
        status = stub->CreateCouncil(&context, request, &response);
        ASSERT_FALSE(status.ok());
      } while (rpc::FromStatus(status).reason == "RATE_LIMITED");
      EXPECT_EQ(rpc::FromStatus(status).reason, "REQUEST_ID_REUSED") << status.error_message();
    }
  }

  std::vector<std::unique_ptr<RoughClient>> rough_;
  Requests settled_;
};

TEST_F(RoughClientsTest, CallsThatAreLateTakenBackOrCutHaveOneOutcome) {
  Start();
  CuttingRelay relay(at().services);
  StartRough({.early_deadlines = true, .cancels = true}, relay.address());
  int cut = 0;
  const auto until = std::chrono::steady_clock::now() + kRoughTime;
  while (std::chrono::steady_clock::now() < until) {
    std::uniform_int_distribution<int> milliseconds(200, 1000);
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds(random())));
    cut += relay.Cut();
  }
  const RoughCounts counts = FinishRough();
  std::cout << "connections cut " << cut << "\n";
  EXPECT_GT(counts.answered, 0);
  EXPECT_GT(counts.late, 0);
  EXPECT_GT(counts.cancelled, 0);
  EXPECT_GT(counts.cut, 0);
  Stop();
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(RoughClientsTest, WhatIsSentSeveralTimesIsDoneOnceAlsoAcrossARestart) {
  Start();
  StartRough({.at_once_max = 5}, at().services);
  std::this_thread::sleep_for(kRoughTime / 2);
  const RoughCounts counts = FinishRough();
  EXPECT_GT(counts.answered, static_cast<int>(settled_.size())) << "nothing was sent twice";
  const auto some = std::min<std::ptrdiff_t>(20, std::ssize(settled_));
  ExpectReuseToBeRefused({settled_.begin(), settled_.begin() + some});
  Kill();
  Start();
  RepeatAll(settled_, 100, history(), As("agency-approver"));
  ExpectReuseToBeRefused({settled_.end() - some, settled_.end()});
  Stop();
  EXPECT_THAT(Violations(), IsEmpty());
}

// The control: without the id of the first call a client is told "no" of what it did itself, and
// none of its calls has the outcome of another.
TEST_F(RoughClientsTest, WithAnIdForEachCallAClientIsToldNoOfWhatItDid) {
  Start();
  StartRough({.early_deadlines = true, .at_once_max = 3, .new_ids = true}, at().services);
  std::this_thread::sleep_for(kRoughTime / 4);
  EXPECT_GT(FinishRough().told_no, 0);
}

}  // namespace
}  // namespace twinledger
