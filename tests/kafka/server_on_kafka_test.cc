// The server program on a log on a real Kafka: founded, served by two replicas, killed, refused.
#include "tests/kafka/replicas.h"

#include <gmock/gmock.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <future>
#include <set>
#include <thread>

#include "platform/log/kafka/kafka_log.h"
#include "tests/kafka/foreign_hand.h"
#include "tests/support/read_metrics.h"

namespace twinledger::testing {
namespace {

namespace fs = std::filesystem;
namespace v1 = registry::v1;
using support::ServerAddresses;
using ::testing::HasSubstr;

constexpr std::uint32_t kPartitions = 8;

TEST_F(TwoReplicasTest, WhatOneRecordsTheOtherReads) {
  Json({"--data-dir", Data("one").string(), "--as", "agency-approver", "import", "councils",
        TWINLEDGER_SOURCE_DIR "/tools/sample/councils.csv"});
  Json({"--data-dir", Data("one").string(), "--as", "agency-approver", "import", "relationships",
        TWINLEDGER_SOURCE_DIR "/tools/sample/relationships.csv"});

  const Created created = CreateSurely({First()}, Council(1));
  ASSERT_TRUE(created.status.ok()) << created.status.error_message();
  rpc::v1::ReadOptions own_write;
  own_write.add_consistency_tokens(created.response.receipt().consistency_token());
  EXPECT_EQ(
      Read(Second("agency-analyst"), "councils/council-1", own_write).council().display_name(),
      "Council 1");

  ASSERT_TRUE(CreateSurely({Second()}, Council(2)).status.ok());
  rpc::v1::ReadOptions latest;
  latest.set_latest(true);
  EXPECT_EQ(Read(First("agency-analyst"), "councils/council-2", latest).council().display_name(),
            "Council 2");

  // A page that one began is continued by the other.
  v1::ListCouncilsRequest page;
  page.set_page_size(50);
  v1::ListCouncilsResponse beginning;
  v1::ListCouncilsResponse rest;
  grpc::ClientContext context;
  ASSERT_TRUE(v1::RegistryService::NewStub(First("agency-analyst"))
                  ->ListCouncils(&context, page, &beginning)
                  .ok());
  page.set_page_token(beginning.next_page_token());
  grpc::ClientContext again;
  const grpc::Status continued =
      v1::RegistryService::NewStub(Second("agency-analyst"))->ListCouncils(&again, page, &rest);
  ASSERT_TRUE(continued.ok()) << continued.error_message();
  EXPECT_EQ(beginning.councils_size() + rest.councils_size(), 80);
  ExpectEqualDigests();
}

TEST_F(TwoReplicasTest, ARequestThatBothGetIsDoneOnce) {
  for (int i = 1; i <= 20; ++i) {
    const v1::CreateCouncilRequest request = Council(i);
    auto by_first =
        std::async(std::launch::async, [&] { return CreateSurely({First()}, request); });
    const Created by_second = CreateSurely({Second()}, request);
    const Created by_both = by_first.get();
    ASSERT_TRUE(by_both.status.ok()) << by_both.status.error_message();
    ASSERT_TRUE(by_second.status.ok()) << by_second.status.error_message();
    EXPECT_EQ(by_both.response.receipt().position(), by_second.response.receipt().position());
    EXPECT_EQ(by_both.response.receipt().commit_hash(), by_second.response.receipt().commit_hash());
  }
  v1::CreateCouncilRequest reused = Council(21);
  ASSERT_TRUE(CreateSurely({First()}, reused).status.ok());
  reused.mutable_council()->set_display_name("Another content");
  EXPECT_EQ(CreateSurely({Second()}, reused).status.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  ExpectEqualDigests();
}

TEST_F(TwoReplicasTest, BothWriteToOnePartition) {
  const std::vector<int> numbers = CouncilsOf(0, 1, 60);
  const auto write = [&](const std::shared_ptr<grpc::Channel>& channel, std::size_t from) {
    std::vector<std::string> positions;
    for (std::size_t i = from; i < numbers.size(); i += 2) {
      const Created created = CreateSurely({channel}, Council(numbers[i]));
      EXPECT_TRUE(created.status.ok()) << created.status.error_message();
      positions.push_back(created.response.receipt().position());
    }
    return positions;
  };
  auto even = std::async(std::launch::async, write, First(), 0);
  const std::vector<std::string> odd = write(Second(), 1);
  std::set<std::string> positions(odd.begin(), odd.end());
  for (const std::string& position : even.get()) positions.insert(position);
  EXPECT_EQ(positions.size(), numbers.size());
  for (const std::string& position : positions) EXPECT_THAT(position, HasSubstr("registry/0/"));
  CreateSurely({First()}, Council(1));  // May be one of them.
  ExpectEqualDigests();
}

TEST_F(TwoReplicasTest, OneThatIsKilledWhileItWritesLosesNothing) {
  constexpr int kCouncils = 120;
  std::vector<v1::CreateCouncilRequest> requests;
  for (int i = 1; i <= kCouncils; ++i) requests.push_back(Council(i));
  std::atomic<int> written{0};
  auto writing = std::async(std::launch::async, [&] {
    std::vector<std::string> positions;
    const auto first = First();
    const auto second = Second();
    for (const v1::CreateCouncilRequest& request : requests) {
      const Created created = CreateSurely({first, second}, request);
      EXPECT_TRUE(created.status.ok()) << created.status.error_message();
      positions.push_back(created.response.receipt().position());
      ++written;
    }
    return positions;
  });
  while (written < kCouncils / 3) std::this_thread::yield();
  first_->Signal(SIGKILL);
  EXPECT_EQ(first_->Wait(), -SIGKILL);
  first_ = Start("one");
  const auto one = first_->WaitUntilServing();
  ASSERT_TRUE(one) << LogText("one");
  one_ = *one;
  const std::vector<std::string> positions = writing.get();
  EXPECT_EQ(std::set<std::string>(positions.begin(), positions.end()).size(), positions.size());
  // What was answered is the answer for ever, by either.
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const Created again = CreateSurely({i % 2 == 0 ? First() : Second()}, requests[i]);
    ASSERT_TRUE(again.status.ok()) << again.status.error_message();
    EXPECT_EQ(again.response.receipt().position(), positions[i]);
  }
  ExpectEqualDigests();
}

TEST_F(TwoReplicasTest, AReplicasDirectoryHoldsWhatItNeedsAndNoMore) {
  const fs::path two = Data("two");
  EXPECT_FALSE(fs::exists(two / "keys/recovery.pem"));
  EXPECT_FALSE(fs::exists(two / "identity/ca.key"));
  EXPECT_FALSE(fs::exists(two / "identity/clients"));
  EXPECT_NE(support::ReadText(two / "identity/server.key"),
            support::ReadText(Data("one") / "identity/server.key"));
  for (const char* folder : {"keys", "identity"}) {
    for (const auto& entry : fs::directory_iterator(two / folder)) {
      EXPECT_EQ(entry.status().permissions() & fs::perms::mask,
                fs::perms::owner_read | fs::perms::owner_write)
          << entry.path();
    }
    EXPECT_EQ(fs::status(two / folder).permissions() & fs::perms::mask, fs::perms::owner_all);
  }
  Json({"replica", "create", two.string(), "--data-dir", Data("one").string()}, 10);

  // A revocation reaches it by a refresh.
  const std::string out = Data("auditor-2").string();
  Json({"identity", "issue", "a2", "--role", "auditor", "--out", out, "--data-dir",
        Data("one").string()});
  Json({"--credentials", out, "--server", two_.services, "log", "digest"}, 9);
  Json({"replica", "refresh", two.string(), "--data-dir", Data("one").string()});
  Json({"--credentials", out, "--server", two_.services, "log", "digest"});
}

TEST_F(TwoReplicasTest, ALogOfAnotherFoundingIsRefused) {
  const std::string other = TextOf(FreshKafkaAddress());
  Json({"log", "init", "--data-dir", Data("other").string(), "--log", other});
  fs::remove(Data("other") / "kafka_topics");
  const auto server = Start("other");
  EXPECT_EQ(server->Wait(), 1);
  EXPECT_THAT(LogText("other"), HasSubstr("OTHER_FOUNDING"));
  const std::string three = Data("three").string();
  EXPECT_EQ(Json({"log", "init", "--data-dir", three, "--log", log_}, 10)["error"]["reason"],
            "LOG_EXISTS");
  EXPECT_FALSE(fs::exists(three));
}

using ServerOnKafkaTest = ReplicasTest;

TEST_F(ServerOnKafkaTest, AFolderWithoutKeysGetsNoAuthorityEither) {
  Found();
  const auto server = Start("stranger");
  EXPECT_EQ(server->Wait(), 1);
  EXPECT_THAT(LogText("stranger"), HasSubstr("KEYS_MISSING"));
  EXPECT_TRUE(fs::is_empty(Data("stranger")));
  Start("one")->WaitUntilServing();
  Json({"replica", "create", Data("stranger").string(), "--data-dir", Data("one").string()});
}

TEST_F(ServerOnKafkaTest, TopicsWithoutALogBesideItsKeysAreNotFoundedAnew) {
  const std::string elsewhere = TextOf(FreshKafkaAddress());
  Found();
  fs::remove(Data("one") / "kafka_topics");
  support::ServerProcess no_topics(Data("one"), LogFile("one"), {"--log", elsewhere});
  EXPECT_EQ(no_topics.Wait(), 1);
  EXPECT_THAT(LogText("one"), HasSubstr("LOG_MISSING"));
  Json({"log", "init", "--data-dir", Data("one").string(), "--log", elsewhere}, 10);
  // Made, and empty: the founder of another log was interrupted right there.
  const auto address = log::ParseKafkaAddress(elsewhere);
  ASSERT_TRUE(address.ok());
  ASSERT_TRUE(
      log::KafkaLog::Create(*address, {{"registry", "engagement", "risk", "audit"}, kPartitions})
          .ok());
  support::ServerProcess empty(Data("one"), LogFile("empty"), {"--log", elsewhere});
  EXPECT_EQ(empty.Wait(), 1);
  EXPECT_THAT(LogText("empty"), HasSubstr("the topics hold no founding"));
  const auto server = Start("one");
  EXPECT_TRUE(server->WaitUntilServing()) << LogText("one");
}

TEST_F(ServerOnKafkaTest, AFoundingThatWasCutShortIsCompletedAsTheSameLog) {
  Found();
  const std::string pin = support::ReadText(Data("one") / "keys/founding.sha256");
  // As a crash leaves it right before the pin is written.
  fs::remove(Data("one") / "keys/founding.sha256");
  const fs::path draft = Data("one") / "founding.draft";
  std::ofstream(draft) << "11111111-2222-4333-8444-555555555555";
  fs::permissions(draft, fs::perms::owner_read | fs::perms::owner_write);
  Found();
  EXPECT_EQ(support::ReadText(Data("one") / "keys/founding.sha256"), pin);
  EXPECT_FALSE(fs::exists(draft));
}

// Found at the next look, within a minute.
TEST_F(ServerOnKafkaTest, WhileATopicIsWrongAReplicaIsUnready) {
  Found();
  const auto server = Start("one");
  const auto at = server->WaitUntilServing();
  ASSERT_TRUE(at) << LogText("one");
  const auto address = log::ParseKafkaAddress(log_);
  ASSERT_TRUE(address.ok());
  const ForeignHand hand(*address);
  TopicSettings settings = RightSettings(*address);
  settings["retention.ms"] = "100000000";
  hand.ChangeSettings(address->TopicOf("registry"), settings);
  EXPECT_TRUE(WaitForProbe(*at, 2));
  EXPECT_TRUE(WaitForLine("one", "retention.ms is 100000000 and must be -1")) << LogText("one");
  EXPECT_EQ(Json({"--data-dir", Data("one").string(), "health"}, 1)["state"], "DEGRADED");

  hand.ChangeSettings(address->TopicOf("registry"), RightSettings(*address));
  EXPECT_TRUE(WaitForProbe(*at, 1));
  EXPECT_TRUE(CreateSurely({As("agency-approver", *at)}, Council(1)).status.ok());
}

TEST_F(ServerOnKafkaTest, WithoutABrokerAReplicaSaysSoAndEndsInTime) {
  Found();
  auto server = Start("one", {"--lag-seconds-max", "10", "--drain-seconds", "2"});
  const auto at = server->WaitUntilServing();
  ASSERT_TRUE(at) << LogText("one");
  ASSERT_TRUE(CreateSurely({As("agency-approver", *at)}, Council(1)).status.ok());
  EXPECT_TRUE(WaitForProbe(*at, 1));

  PauseBroker();
  EXPECT_TRUE(WaitForProbe(*at, 2));
  EXPECT_TRUE(WaitForProbe(*at, 2, "twinledger.registry.v1.RegistryService"));
  EXPECT_TRUE(WaitForLine("one", "NOT_READY")) << LogText("one");
  ResumeBroker();
  EXPECT_TRUE(WaitForProbe(*at, 1));
  ASSERT_TRUE(CreateSurely({As("agency-approver", *at)}, Council(2)).status.ok());

  KillBroker();
  const v1::CreateCouncilRequest request = Council(3);
  auto unanswered =
      std::async(std::launch::async, [&] { return Create(As("agency-approver", *at), request); });
  const auto waits = [&] {
    return support::SumOf(support::MetricsOf(*at), "twinledger_writer_queued_commands") > 0;
  };
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!waits()) {
    ASSERT_LT(std::chrono::steady_clock::now(), give_up) << "it waits for the log";
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const auto told = std::chrono::steady_clock::now();
  server->Signal(SIGTERM);
  EXPECT_EQ(server->Wait(std::chrono::seconds(60)), 0) << LogText("one");
  const auto took = std::chrono::steady_clock::now() - told;
  RecordProperty(
      "drain_ms",
      static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
  EXPECT_LT(took, std::chrono::seconds(20)) << "half of what the call would have waited";
  EXPECT_THAT(unanswered.get().status.error_message(), HasSubstr("The server is stopping"));
  StartBroker();
}

}  // namespace
}  // namespace twinledger::testing
