// A server with all its services under the load of councils' clients, and what the oracle says of
// them at the end. For tests that do something to it meanwhile.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "platform/crypto/system_random.h"
#include "tests/faults/loaded_server.h"
#include "tests/support/server_process.h"

namespace twinledger {

// TWINLEDGER_FAULT_SEED sets the seed, which every run prints.
class LoadedServerTest : public ::testing::Test {
 protected:
  LoadedServerTest();
  ~LoadedServerTest() override;

  const std::filesystem::path& root() const { return folder_.path(); }
  const std::filesystem::path& data() const { return server_.data(); }
  const std::filesystem::path& history() const { return server_.history(); }
  std::string LogText() const { return server_.LogText(); }
  bool WaitForLine(const std::string& part) const { return server_.WaitForLine(part); }

  // At one address each time, so that clients come back. Fails the test if it does not serve.
  void Start(const std::vector<std::string>& flags = {});
  void Kill();
  void Stop();  // SIGTERM, and a clean end.
  support::ServerProcess& server() { return server_.process(); }
  const support::ServerAddresses& at() const { return server_.at(); }
  std::shared_ptr<grpc::Channel> As(const std::string& role) const { return server_.As(role); }

  // The bundle of an officer of it.
  std::filesystem::path MakeCouncil(const std::string& id);

  void StartClients(int count, AfterWrite after = AfterWrite::kReadBack) {
    server_.Load(count, after);
  }
  // The next acknowledgement: a fault that meets no call would say nothing.
  void AwaitProgress();
  // Each settles its last request. Prints what they counted.
  void FinishClients();
  // Of a server that was stopped, in its log and the clients' histories.
  std::vector<std::string> Violations() const { return ViolationsOf(data(), history()); }

  int acknowledged() const { return server_.acknowledged(); }
  std::mt19937& random() { return random_; }

 private:
  const unsigned seed_;
  crypto::SystemRandom keys_;
  std::mt19937 random_;
  const support::TemporaryFolder folder_;
  LoadedServer server_{folder_.path() / "data", folder_.path()};
};

}  // namespace twinledger
