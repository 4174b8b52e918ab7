// The server on a data directory whose log, or what belongs to it, was damaged, rolled back or
// lost.
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/data_directory.h"
#include "platform/base/uuid.h"
#include "platform/crypto/system_random.h"
#include "platform/log/embedded/embedded_log.h"
#include "platform/rpc/errors.h"
#include "tests/end_to_end/server_fixture.h"
#include "tests/support/flipped_bit.h"
#include "tests/support/log_calls.h"
#include "tests/support/test_chain.h"
#include "twinledger/registry/v1/registry_service.grpc.pb.h"

namespace twinledger {
namespace {

// Also where no projection reads it any more.
TEST_F(ServerTest, ADamagedLogIsRefusedWithThePlace) {
  ASSERT_NO_FATAL_FAILURE(RunOnce());
  for (const auto& entry : std::filesystem::directory_iterator(data() / "log")) {
    if (entry.path().extension() != ".seg") continue;
    support::FlipABit(entry.path(), 200);
  }
  for (const bool projected : {true, false}) {
    if (!projected) std::filesystem::remove_all(data() / "projections");
    std::filesystem::remove(log_file());
    auto server = Start();
    EXPECT_EQ(server->Wait(), 4) << LogText();
    EXPECT_NE(LogText().find(".seg"), std::string::npos) << LogText();
    EXPECT_EQ(LogText().find("serving on"), std::string::npos) << LogText();
  }
}

// A power cut leaves a slot of HEAD so, too: it is no end of the service, and no silence either.
TEST_F(ServerTest, ADamagedSlotOfHeadIsToldWithThePlace) {
  ASSERT_NO_FATAL_FAILURE(RunOnce());
  const std::filesystem::path head = data() / "log" / "HEAD";
  support::FlipABit(head, 8);
  std::filesystem::remove(log_file());
  auto server = Start();
  ASSERT_TRUE(server->WaitUntilServing()) << LogText();
  EXPECT_TRUE(WaitForLine("HEAD_SLOT_DAMAGED")) << LogText();
  EXPECT_TRUE(WaitForLine(head.string() + ", byte 0")) << LogText();
}

// With a valid chain, by somebody who may write the file and has no writer's key.
TEST_F(ServerTest, ARecordThatSomebodyElseAppendedIsRefusedWithThePlace) {
  ASSERT_NO_FATAL_FAILURE(RunOnce());
  {
    const log::PartitionId target{"registry", 0};
    const auto log = *log::EmbeddedLog::Open(data() / "log");
    testing::ChainWriter stranger(target, testing::KeyNamed("stranger"), 1);
    stranger.Follow(testing::ReadAll(*log, target).records.back());
    ASSERT_EQ(testing::AppendAndWait(*log, target, stranger.Next()).kind,
              log::AppendOutcome::Kind::kAppended);
  }
  std::filesystem::remove(log_file());
  auto server = Start();
  EXPECT_EQ(server->Wait(), 4) << LogText();
  EXPECT_NE(LogText().find("registry/0 at offset 1"), std::string::npos) << LogText();
  EXPECT_NE(LogText().find("UNKNOWN_KEY"), std::string::npos) << LogText();
}

// What was recorded since the copy is gone, and the projections know it.
TEST_F(ServerTest, ALogThatWasRolledBackIsRefusedWithThePlace) {
  {
    auto server = Start();
    const auto at = server->WaitUntilServing();
    ASSERT_TRUE(at) << LogText();
    std::filesystem::copy(data() / "log", folder_.path() / "older",
                          std::filesystem::copy_options::recursive);
    const auto stub = registry::v1::RegistryService::NewStub(As("agency-approver", *at));
    crypto::SystemRandom random;
    registry::v1::CreateCouncilRequest request;
    request.set_council_id("wellington-city");
    request.mutable_council()->set_display_name("Wellington City Council");
    request.mutable_council()->set_kind(registry::v1::COUNCIL_KIND_CITY);
    request.set_request_id(RandomUuid(random));
    grpc::ClientContext context;
    SetDeadline(context);
    registry::v1::CreateCouncilResponse response;
    const grpc::Status status = stub->CreateCouncil(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    server->Signal(SIGTERM);
    ASSERT_EQ(server->Wait(), 0);
  }
  std::filesystem::remove_all(data() / "log");
  std::filesystem::rename(folder_.path() / "older", data() / "log");
  std::filesystem::remove(log_file());
  auto server = Start();
  EXPECT_EQ(server->Wait(), 4) << LogText();
  EXPECT_NE(LogText().find("LOG_DAMAGED"), std::string::npos) << LogText();
  EXPECT_NE(LogText().find("registry/"), std::string::npos) << LogText();
}

TEST_F(ServerTest, AnotherLogBesideProjectionsThatKnowMoreIsRefused) {
  const DataDirectory other(folder_.path() / "other");
  for (const std::filesystem::path& root : {data(), other.root()}) {
    support::ServerProcess server(root, log_file(), {});
    ASSERT_TRUE(server.WaitUntilServing()) << LogText();
    server.Signal(SIGTERM);
    ASSERT_EQ(server.Wait(), 0);
  }
  const auto pin = [](const std::filesystem::path& root) {
    return support::ReadText(DataDirectory(root).keys() / "founding.sha256").substr(0, 64);
  };
  const std::string before = pin(data());
  std::filesystem::remove_all(data() / "log");
  std::filesystem::copy(other.log(), data() / "log", std::filesystem::copy_options::recursive);
  // Whatever of it is checked before the projections is the other log's too.
  for (const char* file : {"keys/founding.sha256", "keys/kek-1.key", "keyring/epoch-1.keys"}) {
    std::filesystem::copy(other.root() / file, data() / file,
                          std::filesystem::copy_options::overwrite_existing);
  }
  std::filesystem::remove(log_file());
  EXPECT_EQ(Start()->Wait(), 4);
  for (const std::string& told : {std::string("OTHER_FOUNDING"), before, pin(other.root()),
                                  (data() / "projections" / "registry").string()}) {
    EXPECT_NE(LogText().find(told), std::string::npos) << told << "\n" << LogText();
  }
}

TEST_F(ServerTest, AProjectionThatCannotBeReadIsBuiltAnewAndThatIsTold) {
  {
    auto server = Start();
    ASSERT_TRUE(server->WaitUntilServing()) << LogText();
    EXPECT_EQ(LogText().find("PROJECTION_REBUILT"), std::string::npos) << LogText();
    server->Signal(SIGTERM);
    ASSERT_EQ(server->Wait(), 0);
  }
  const std::filesystem::path store = data() / "projections" / "registry";
  const std::vector<std::function<void()>> harms = {
      [&] { std::ofstream(store / "CURRENT", std::ios::trunc) << "MANIFEST-999999\n"; },
      [&] { std::filesystem::remove_all(store); },
  };
  for (const auto& harm : harms) {
    harm();
    std::filesystem::remove(log_file());
    auto server = Start();
    ASSERT_TRUE(server->WaitUntilServing()) << LogText();
    EXPECT_TRUE(WaitForLine("PROJECTION_REBUILT")) << LogText();
    EXPECT_TRUE(WaitForLine(store.string())) << LogText();
    server->Signal(SIGTERM);
    ASSERT_EQ(server->Wait(), 0);
  }
}

// Each write would fail; that is not to be learned from callers.
TEST_F(ServerTest, WriterKeysOfAnotherLogAreToldAtOnceAndReadsGoOn) {
  const DataDirectory other(folder_.path() / "other");
  for (const std::filesystem::path& root : {data(), other.root()}) {
    support::ServerProcess server(root, log_file(), {});
    ASSERT_TRUE(server.WaitUntilServing()) << LogText();
    server.Signal(SIGTERM);
    ASSERT_EQ(server.Wait(), 0);
  }
  std::filesystem::copy(other.keys() / "writer-registry.pem",
                        data() / "keys" / "writer-registry.pem",
                        std::filesystem::copy_options::overwrite_existing);
  std::filesystem::remove(log_file());
  auto server = Start();
  const auto at = server->WaitUntilServing();
  ASSERT_TRUE(at) << LogText();
  EXPECT_TRUE(WaitForLine("KEY_NOT_ENROLLED")) << LogText();
  EXPECT_TRUE(WaitForLine("registry/0")) << LogText();
  EXPECT_TRUE(WaitForLine("writer-registry.pem")) << LogText();

  operations::v1::GetHealthResponse health;
  const grpc::Status asked = GetHealth(As("operator", *at), &health);
  ASSERT_TRUE(asked.ok()) << asked.error_message();
  EXPECT_EQ(health.state(), operations::v1::SERVER_STATE_DEGRADED);
  EXPECT_TRUE(health.services(0).serving());
  EXPECT_EQ(health.services(0).partitions_unwritable(), health.services(0).partitions());

  const auto stub = registry::v1::RegistryService::NewStub(As("agency-analyst", *at));
  grpc::ClientContext context;
  SetDeadline(context);
  registry::v1::ListCouncilsResponse councils;
  const grpc::Status read = stub->ListCouncils(&context, {}, &councils);
  EXPECT_TRUE(read.ok()) << read.error_message();
}

TEST_F(ServerTest, AnIdentityThatIsGoneIsNotMadeAgain) {
  ASSERT_NO_FATAL_FAILURE(RunOnce());
  std::filesystem::remove_all(data() / "identity");
  auto server = Start();
  EXPECT_EQ(server->Wait(), 1);
  EXPECT_NE(LogText().find("IDENTITY_MISSING"), std::string::npos) << LogText();
  EXPECT_FALSE(std::filesystem::exists(data() / "identity"));
}

// Under a running server what it knew stays in force; no start is made without the list.
TEST_F(ServerTest, ARevocationListThatIsGoneLetsNobodyInAgain) {
  const std::filesystem::path list = data() / "identity" / "revoked.txt";
  {
    auto server = Start();
    const auto at = server->WaitUntilServing();
    ASSERT_TRUE(at) << LogText();
    Revoke("auditor/first");
    const auto channel = As("auditor", *at);
    operations::v1::GetHealthResponse health;
    WaitUntil([&] { return !GetHealth(channel, &health).ok(); });
    std::filesystem::remove(list);
    EXPECT_TRUE(WaitForLine("IDENTITY_MISSING")) << LogText();
    EXPECT_TRUE(WaitForLine(list.string())) << LogText();
    const grpc::Status status = GetHealth(channel, &health);
    EXPECT_EQ(rpc::FromStatus(status).reason, "REVOKED") << status.error_message();
    server->Signal(SIGTERM);
    ASSERT_EQ(server->Wait(), 0);
  }
  std::filesystem::remove(log_file());
  EXPECT_EQ(Start()->Wait(), 1);
  EXPECT_NE(LogText().find("IDENTITY_MISSING"), std::string::npos) << LogText();
  std::ofstream(list).close();
  std::filesystem::remove(log_file());
  EXPECT_EQ(Start()->Wait(), 1);
  EXPECT_NE(LogText().find("REVOCATIONS_LOST"), std::string::npos) << LogText();
}

// Names in the log would be lost without a word.
TEST_F(ServerTest, AKeyringThatIsGoneOrDamagedEndsTheStartAndIsNotMadeAgain) {
  ASSERT_NO_FATAL_FAILURE(RunOnce());
  const std::filesystem::path keyring = data() / "keyring";
  std::filesystem::rename(keyring, folder_.path() / "keyring");
  EXPECT_EQ(Start()->Wait(), 1);
  EXPECT_NE(LogText().find("KEYRING_MISSING"), std::string::npos) << LogText();
  EXPECT_NE(LogText().find("restore"), std::string::npos) << LogText();
  EXPECT_FALSE(std::filesystem::exists(keyring));

  std::filesystem::rename(folder_.path() / "keyring", keyring);
  const std::filesystem::path keys = keyring / "epoch-1.keys";
  std::filesystem::permissions(keys, std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  std::filesystem::remove(log_file());
  EXPECT_EQ(Start()->Wait(), 1);
  EXPECT_NE(LogText().find("KEYRING_EXPOSED"), std::string::npos) << LogText();

  std::filesystem::permissions(keys, std::filesystem::perms::others_read,
                               std::filesystem::perm_options::remove);
  std::ofstream(keys, std::ios::app) << std::string(192, 'x');
  std::filesystem::remove(log_file());
  EXPECT_EQ(Start()->Wait(), 4);
  EXPECT_NE(LogText().find("KEYRING_DAMAGED"), std::string::npos) << LogText();
  EXPECT_NE(LogText().find(keys.string() + ", byte 192"), std::string::npos) << LogText();
}

TEST_F(ServerTest, ALogThatIsGoneIsNeverMadeAgain) {
  ASSERT_NO_FATAL_FAILURE(RunOnce());
  std::filesystem::remove_all(data() / "log");
  auto server = Start();
  EXPECT_EQ(server->Wait(), 1);
  EXPECT_NE(LogText().find("LOG_MISSING"), std::string::npos) << LogText();
  EXPECT_FALSE(std::filesystem::exists(data() / "log"));
}

}  // namespace
}  // namespace twinledger
