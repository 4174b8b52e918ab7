// kill -9 of the server at random times under 64 clients, again and again; then the oracle.
//
// Clients write councils one after another and repeat what was not answered with the same request
// id until it is. TWINLEDGER_KILL_ROUNDS sets the number of kills (50), TWINLEDGER_KILL_SEED the
// times between them; the seed of a failed run is printed and its history is kept.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>
#include <absl/time/time.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <random>
#include <thread>

#include "platform/base/uuid.h"
#include "platform/crypto/system_random.h"
#include "platform/log/archive/log_path.h"
#include "platform/log/embedded/embedded_log.h"
#include "platform/rpc/errors.h"
#include "tests/support/history_oracle.h"
#include "tests/support/server_process.h"
#include "twinledger/operations/v1/operations.grpc.pb.h"
#include "twinledger/registry/v1/registry_service.grpc.pb.h"

namespace twinledger {
namespace {

using support::HistoryEvent;
using support::ServerAddresses;
using support::ServerProcess;
using ::testing::IsEmpty;

constexpr int kClients = 64;
constexpr int kChannels = 8;  // A handshake each at every restart.

unsigned FromEnvironment(const char* name, unsigned fallback) {
  const char* const text = std::getenv(name);
  return text == nullptr ? fallback : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

// How many requests of all clients were acknowledged. Threads: thread-safe.
class Acknowledgements {
 public:
  void Add() {
    const absl::MutexLock lock(&mutex_);
    ++count_;
  }
  int count() const {
    const absl::MutexLock lock(&mutex_);
    return count_;
  }
  // True if there is one more than now within `wait`.
  bool WaitForOne(std::chrono::seconds wait) const {
    const absl::MutexLock lock(&mutex_);
    const auto more = [this, before = count_] { return count_ > before; };
    return mutex_.AwaitWithTimeout(absl::Condition(&more), absl::FromChrono(wait));
  }

 private:
  mutable absl::Mutex mutex_;
  int count_ ABSL_GUARDED_BY(mutex_) = 0;
};

// One client. Threads: a thread of its own, the flags from any.
class Client {
 public:
  Client(int number, const std::filesystem::path& folder, std::shared_ptr<grpc::Channel> channel,
         Acknowledgements& acknowledgements)
      : number_(number),
        acknowledgements_(acknowledgements),
        history_(folder / std::to_string(number)),
        stub_(registry::v1::RegistryService::NewStub(std::move(channel))),
        thread_([this] { Run(); }) {}

  ~Client() {
    finishing_ = true;
    given_up_ = true;
  }

  void Finish() { finishing_ = true; }  // Settles its last request and ends.
  void Join() { thread_.join(); }
  int unknown() const { return unknown_; }
  std::string last_error() const {
    const absl::MutexLock lock(&mutex_);
    return last_error_;
  }

 private:
  void Run() {
    for (int i = 0; !finishing_; ++i) {
      registry::v1::CreateCouncilRequest request;
      request.set_council_id("council-" + std::to_string(number_) + "-" + std::to_string(i));
      request.mutable_council()->set_display_name("Council " + std::to_string(i));
      request.mutable_council()->set_kind(registry::v1::COUNCIL_KIND_DISTRICT);
      request.set_request_id(RandomUuid(random_));
      while (!given_up_ && !Settle(request))
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  // One attempt. False if it is to be repeated.
  bool Settle(const registry::v1::CreateCouncilRequest& request) {
    history_.Write(
        {HistoryEvent::Kind::kInvoke, request.request_id(), request.council_id(), "", 0});
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    // A call that fails at once would not drive the connection that it waits for.
    context.set_wait_for_ready(true);
    registry::v1::CreateCouncilResponse response;
    const grpc::Status status = stub_->CreateCouncil(&context, request, &response);
    if (status.ok()) {
      history_.Write({HistoryEvent::Kind::kOk, request.request_id(), response.receipt().position(),
                      response.receipt().commit_hash(), 0});
      acknowledgements_.Add();
      return true;
    }
    const Error error = rpc::FromStatus(status);
    const bool may_be_done = error.code == Code::kUnavailable ||
                             error.code == Code::kDeadlineExceeded ||
                             error.code == Code::kResourceExhausted;
    history_.Write({may_be_done ? HistoryEvent::Kind::kUnknown : HistoryEvent::Kind::kFail,
                    request.request_id(), error.reason, "", 0});
    if (may_be_done) ++unknown_;
    {
      const absl::MutexLock lock(&mutex_);
      last_error_ = error.reason + ": " + error.message;
    }
    EXPECT_TRUE(may_be_done) << error.reason << ": " << error.message;
    return !may_be_done;
  }

  const int number_;
  Acknowledgements& acknowledgements_;
  support::HistoryFile history_;
  std::unique_ptr<registry::v1::RegistryService::Stub> stub_;
  crypto::SystemRandom random_;
  std::atomic<bool> finishing_ = false;
  std::atomic<bool> given_up_ = false;
  std::atomic<int> unknown_ = 0;
  mutable absl::Mutex mutex_;
  std::string last_error_ ABSL_GUARDED_BY(mutex_);
  std::jthread thread_;
};

class KillTest : public ::testing::Test {
 protected:
  KillTest() : seed_(FromEnvironment("TWINLEDGER_KILL_SEED", std::random_device()())) {
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

// In this process, which never served: reads the log from its first byte.
std::vector<std::string> ViolationsOf(const std::filesystem::path& data,
                                      const std::filesystem::path& history) {
  const auto path = log::ResolveLogPath(data);
  if (!path.ok()) return {path.error().message};
  const auto log = log::OpenForReading(*path);
  if (!log.ok()) return {log.error().message};
  const auto founding = log::FindFounding(**log, std::nullopt);
  if (!founding.ok()) return {founding.error().message};
  const auto facts = support::ReadLogFacts(**log, *founding);
  if (!facts.ok()) return {facts.error().message};
  return support::Violations(support::ReadHistory(history), *facts);
}

TEST_F(KillTest, NothingAcknowledgedIsLostAndNothingIsDoneTwice) {
  const unsigned rounds = FromEnvironment("TWINLEDGER_KILL_ROUNDS", 50);
  std::mt19937 random(seed_);
  std::uniform_int_distribution<int> milliseconds(0, 500);
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
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<Client>(
        i, history(), channels[static_cast<std::size_t>(i % kChannels)], acknowledgements));
  }
  std::chrono::milliseconds slowest_start{0};
  for (unsigned round = 0; round < rounds && at; ++round) {
    // A kill before the clients are back would say nothing.
    ASSERT_TRUE(acknowledgements.WaitForOne(std::chrono::seconds(30)))
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
  const std::string lines = support::ReadText(log_file());
  EXPECT_NE(lines.rfind("caught up: read 0 records"), std::string::npos);
  EXPECT_EQ(lines.rfind("caught up: read 0 records"), lines.rfind("caught up: read "));
}

}  // namespace
}  // namespace twinledger
