// The power of a server's disk is cut under load, again and again: its whole data directory lies on
// a disk of the test's own. TWINLEDGER_POWER_CUTS sets the number of cuts (5).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <iostream>

#include "tests/faults/council_client.h"
#include "tests/support/cuttable_disk.h"
#include "tests/support/server_process.h"

namespace twinledger {
namespace {

constexpr int kWriters = 16;
constexpr int kAnswersBetween = 200;  // Two cuts.
constexpr std::chrono::minutes kPatience{2};

TEST(ServerPowerCutTest, NothingAcknowledgedIsLostAndNothingIsDoneTwice) {
  const char* const asked = std::getenv("TWINLEDGER_POWER_CUTS");
  const int cuts = asked == nullptr ? 5 : std::atoi(asked);
  const support::TemporaryFolder folder;
  const support::CuttableDisk disk(folder.path() / "disk", folder.path() / "mounted");
  const std::filesystem::path data = folder.path() / "mounted/data";
  const std::filesystem::path history = folder.path() / "history";
  const std::filesystem::path log_file = folder.path() / "stderr";
  std::filesystem::create_directory(history);
  const auto start = [&](const std::string& listen) {
    return std::make_unique<support::ServerProcess>(data, log_file,
                                                    std::vector<std::string>{"--listen", listen});
  };
  auto server = start("127.0.0.1:0");
  auto at = server->WaitUntilServing();
  ASSERT_TRUE(at) << support::ReadText(log_file);
  const std::string listen = "127.0.0.1" + at->services.substr(at->services.rfind(':'));
  const auto channel =
      support::Connect(at->services, support::ClientFolder(data, "agency-approver"));
  Acknowledgements acknowledgements;
  std::vector<std::unique_ptr<CouncilClient>> clients;
  for (int i = 0; i < kWriters; ++i) {
    clients.push_back(std::make_unique<CouncilClient>(i, history, channel, acknowledgements));
  }
  const auto give_up = std::chrono::steady_clock::now() + kPatience * (cuts + 1);
  const auto wait_for_more = [&] {
    const int wanted = acknowledgements.count() + kAnswersBetween;
    while (acknowledgements.count() < wanted && std::chrono::steady_clock::now() < give_up) {
      acknowledgements.WaitForOne(std::chrono::seconds(1));
    }
    return acknowledgements.count() >= wanted;
  };
  for (int i = 0; i < cuts; ++i) {
    ASSERT_TRUE(wait_for_more()) << clients.front()->last_error();
    // It stands still when the disk does, as the machine would.
    server->Stop();
    disk.CutPower();
    server->Signal(SIGKILL);
    ASSERT_EQ(server->Wait(), -SIGKILL);
    disk.PowerOn();
    server = start(listen);
    at = server->WaitUntilServing();
    ASSERT_TRUE(at) << "no start after cut " << i + 1 << ":\n" << support::ReadText(log_file);
  }
  EXPECT_TRUE(wait_for_more());
  for (const auto& client : clients) client->Finish();
  for (const auto& client : clients) client->Join();
  server->Signal(SIGTERM);
  EXPECT_EQ(server->Wait(), 0);
  std::cout << cuts << " power cuts, " << acknowledgements.count() << " acknowledged" << std::endl;
  EXPECT_THAT(ViolationsOf(data, history), ::testing::IsEmpty());
}

}  // namespace
}  // namespace twinledger
