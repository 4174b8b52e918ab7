// A server on an empty data directory of the test, and its callers.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "platform/base/clock.h"
#include "platform/crypto/system_random.h"
#include "platform/identity/authority.h"
#include "tests/support/server_process.h"
#include "twinledger/operations/v1/operations.grpc.pb.h"

namespace twinledger {

inline void SetDeadline(grpc::ClientContext& context,
                        std::chrono::seconds limit = std::chrono::seconds(20)) {
  context.set_deadline(std::chrono::system_clock::now() + limit);
}

class ServerTest : public ::testing::Test {
 protected:
  std::unique_ptr<support::ServerProcess> Start(const std::vector<std::string>& flags = {}) {
    return std::make_unique<support::ServerProcess>(data(), log_file(), flags);
  }
  // So that there is something to start on.
  void RunOnce() {
    const auto server = Start();
    ASSERT_TRUE(server->WaitUntilServing()) << LogText();
    server->Signal(SIGTERM);
    ASSERT_EQ(server->Wait(), 0);
  }
  std::filesystem::path data() const { return folder_.path() / "data"; }
  std::filesystem::path log_file() const { return folder_.path() / "stderr"; }
  std::string LogText() const { return support::ReadText(log_file()); }

  std::shared_ptr<grpc::Channel> As(const std::string& role,
                                    const support::ServerAddresses& at) const {
    return support::Connect(at.services, support::ClientFolder(data(), role));
  }

  static grpc::Status GetHealth(const std::shared_ptr<grpc::Channel>& channel,
                                operations::v1::GetHealthResponse* response) {
    grpc::ClientContext context;
    SetDeadline(context);
    return operations::v1::OperationsService::NewStub(channel)->GetHealth(&context, {}, response);
  }

  // As `twinledger identity revoke` does.
  void Revoke(std::string_view which) const {
    const SystemClock clock;
    crypto::SystemRandom random;
    Result<identity::Authority> authority =
        identity::Authority::OpenExisting(data() / "identity", {}, clock, random);
    ASSERT_TRUE(authority.ok()) << authority.error().message;
    const auto revoked = authority->Revoke(which);
    ASSERT_TRUE(revoked.ok()) << revoked.error().message;
  }

  // Asks again until it is so, for a minute; whether it came to be.
  static bool WaitUntil(const std::function<bool()>& so) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!so()) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return true;
  }

  // Lines are written behind the answers that they tell of.
  bool WaitForLine(const std::string& part) const {
    return WaitUntil([&] { return LogText().find(part) != std::string::npos; });
  }

  support::TemporaryFolder folder_;
};

}  // namespace twinledger
