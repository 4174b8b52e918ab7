// kill -9 of the server at random times under 64 clients, again and again; then the oracle.
//
// Clients write councils one after another and repeat what was not answered with the same request
// id until it is. TWINLEDGER_KILL_ROUNDS sets the number of kills (50), TWINLEDGER_KILL_SEED the
// times between them; the seed of a failed run is printed and its history is kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iostream>
#include <random>
#include <thread>

#include "tests/faults/council_client.h"
#include "tests/support/client_process.h"
#include "tests/support/number_asked.h"
#include "tests/support/server_process.h"
#include "twinledger/operations/v1/operations.grpc.pb.h"

namespace twinledger {
namespace {

using support::ServerAddresses;
using support::ServerProcess;
using ::testing::IsEmpty;

constexpr int kClients = 64;
constexpr int kChannels = 8;  // A handshake each at every restart.

class KillTest : public ::testing::Test {
 protected:
  KillTest() : seed_(support::NumberAsked("TWINLEDGER_KILL_SEED", std::random_device()())) {
    std::filesystem::create_directory(history());
  }
  ~KillTest() override {
    if (!HasFailure()) return;
    const std::filesystem::path kept = std::filesystem::temp_directory_path() / "twinledger_kill";
    std::error_code error;
    std::filesystem::remove_all(kept, error);
    std::filesystem::copy(folder_.path(), kept, std::filesystem::copy_options::recursive, error);
    std::cout << "seed " << seed_ << "; data, history and log lines are kept in " << kept << "\n";
  }

  std::filesystem::path data() const { return folder_.path() / "data"; }
  std::filesystem::path history() const { return folder_.path() / "history"; }
  std::filesystem::path log_file() const { return folder_.path() / "stderr"; }

  // The first start chooses a port; the later ones take it again, so that clients come back.
  std::unique_ptr<ServerProcess> Start(const std::string& listen = "127.0.0.1:0") {
    return std::make_unique<ServerProcess>(data(), log_file(),
                                           std::vector<std::string>{"--listen", listen});
  }

  const unsigned seed_;
  support::TemporaryFolder folder_;
};

// Asks the server to build its projection once more: L7.
void ExpectEqualDigests(const ServerAddresses& at, const std::filesystem::path& data) {
  const auto stub = operations::v1::OperationsService::NewStub(
      support::Connect(at.services, support::ClientFolder(data, "operator")));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(5));
  operations::v1::RebuildProjectionRequest request;
  request.set_name("registry");
  const auto reader = stub->RebuildProjection(&context, request);
  operations::v1::RebuildProjectionResponse step;
  while (reader->Read(&step)) continue;
  const grpc::Status status = reader->Finish();
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(step.comparison().equal()) << "L7 " << step.ShortDebugString();
}

TEST_F(KillTest, NothingAcknowledgedIsLostAndNothingIsDoneTwice) {
  const unsigned rounds = support::NumberAsked("TWINLEDGER_KILL_ROUNDS", 50);
  std::mt19937 random(seed_);
  std::uniform_int_distribution<int> milliseconds(0, 500);
  const support::ClientRun founded =
      support::Client(folder_.path())
          .Run({"log", "init", "--partitions", std::to_string(1 + seed_ % 4)});
  ASSERT_EQ(founded.exit, 0) << founded.err;
  auto server = Start();
  auto at = server->WaitUntilServing();
  ASSERT_TRUE(at) << support::ReadText(log_file());
  const std::string listen = "127.0.0.1" + at->services.substr(at->services.rfind(':'));

  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i < kChannels; ++i) {
    channels.push_back(
        support::Connect(at->services, support::ClientFolder(data(), "agency-approver")));
  }
  Acknowledgements acknowledgements;
  std::vector<std::unique_ptr<CouncilClient>> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<CouncilClient>(
        i, history(), channels[static_cast<std::size_t>(i % kChannels)], acknowledgements));
  }
  std::chrono::milliseconds slowest_start{0};
  for (unsigned round = 0; round < rounds && at; ++round) {
    // A kill before the clients are back would say nothing.
    ASSERT_TRUE(acknowledgements.WaitForOne(std::chrono::seconds(120)))
        << "no client was answered in round " << round << ": " << clients.front()->last_error();
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds(random)));
    server->Signal(SIGKILL);
    ASSERT_EQ(server->Wait(), -SIGKILL) << support::ReadText(log_file());
    const auto started = std::chrono::steady_clock::now();
    server = Start(listen);
    at = server->WaitUntilServing();
    slowest_start = std::max(slowest_start, std::chrono::duration_cast<std::chrono::milliseconds>(
                                                std::chrono::steady_clock::now() - started));
  }
  int unknown = 0;
  for (const auto& client : clients) client->Finish();
  for (const auto& client : clients) {
    client->Join();
    unknown += client->unknown();
  }
  const int acknowledged = acknowledgements.count();
  ASSERT_TRUE(at) << "no start after a kill:\n" << support::ReadText(log_file());
  std::cout << "seed " << seed_ << ", kills " << rounds << ", acknowledged " << acknowledged
            << ", unknown " << unknown << ", slowest start " << slowest_start.count() << " ms\n";
  EXPECT_GE(acknowledged, kClients);
  EXPECT_GT(unknown, 0) << "no kill met a call in flight";
  ExpectEqualDigests(*at, data());
  server->Signal(SIGTERM);
  EXPECT_EQ(server->Wait(), 0);
  EXPECT_THAT(ViolationsOf(data(), history()), IsEmpty());

  server = Start(listen);
  ASSERT_TRUE(server->WaitUntilServing());
  server->Signal(SIGTERM);  // All lines are written then.
  EXPECT_EQ(server->Wait(), 0);
  const std::string lines = support::ReadText(log_file());
  EXPECT_NE(lines.rfind("caught up: read 0 records"), std::string::npos);
  EXPECT_EQ(lines.rfind("caught up: read 0 records"), lines.rfind("caught up: read "));
}

}  // namespace
}  // namespace twinledger
