// A log on its way: embedded, to Kafka, to files, to an embedded one and to other topics.
#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>

#include "tests/kafka/replicas.h"

namespace twinledger::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class MoveLogTest : public ReplicasTest {
 protected:
  // A log that grew in a folder.
  void SetUp() override {
    Json({"log", "init", "--data-dir", one_, "--partitions", "8"});
    support::ServerProcess server(Data("one"), LogFile("one"));
    ASSERT_TRUE(server.WaitUntilServing()) << LogText("one");
    Json({"--data-dir", one_, "--as", "agency-approver", "import", "councils",
          TWINLEDGER_SOURCE_DIR "/tools/sample/councils.csv"});
    server.Signal(SIGTERM);
    ASSERT_EQ(server.Wait(), 0);
    const std::string pin = support::ReadText(Data("one") / "keys/founding.sha256");
    founding_ = pin.substr(0, pin.size() - 1);
  }

  std::string DigestIn(const std::string& data) const {
    return Json({"log", "digest", "--data-dir", Data(data).string()})["digest"];
  }
  std::string DigestAt(const std::string& log) const {
    return Json({"log", "digest", "--log", log})["digest"];
  }

  const std::string one_ = Data("one").string();
  std::string founding_;
};

TEST_F(MoveLogTest, FromEmbeddedToKafkaToFilesAndBackItIsTheSameLog) {
  const std::string before = DigestIn("one");
  const nlohmann::json moved = Json({"log", "move", "--data-dir", one_, "--to", log_});
  EXPECT_EQ(moved["founding_hash"], founding_);
  EXPECT_EQ(DigestAt(log_), before);
  EXPECT_EQ(Json({"log", "verify", one_, "--log", log_, "--founding-hash", founding_})["verdict"],
            "valid");
  EXPECT_EQ(Json({"log", "verify", one_, "--log", log_, "--founding-hash", std::string(64, '0')},
                 4)["verdict"],
            "invalid");

  const auto server = Start("one");
  const auto at = server->WaitUntilServing();
  ASSERT_TRUE(at) << LogText("one");
  EXPECT_EQ(Json({"--data-dir", one_, "council", "list"})["councils"].size(), 78u);
  ASSERT_TRUE(CreateSurely({As("agency-approver", *at)}, Council(1)).status.ok());

  const std::string files = Data("files").string();
  const nlohmann::json written = Json({"log", "export", files, "--log", log_, "--data-dir", one_});
  EXPECT_EQ(written["signatures"], 4);
  EXPECT_EQ(Json({"log", "verify", files, "--founding-hash", founding_})["verdict"], "valid");
  const std::string back = Data("back").string();
  Json({"log", "import", files, "--data-dir", back, "--founding-hash", founding_});
  EXPECT_NE(DigestAt(log_), before);
  EXPECT_EQ(DigestIn("back"), DigestAt(log_));

  const support::Client client(folder_.path());
  EXPECT_EQ(client.Run({"log", "replay", "-o", "jsonl", "--log", log_}).out,
            client.Run({"log", "replay", "-o", "jsonl", "--data-dir", back}).out);
}

TEST_F(MoveLogTest, ItEndsWhereItWasAndIsServedThereNoMore) {
  const std::string before = DigestIn("one");
  Json({"log", "move", "--data-dir", one_, "--to", log_});
  EXPECT_NE(DigestIn("one/log.moved"), before);
  const support::ClientRun closing = support::Client(folder_.path())
                                         .Run({"log", "replay", "--type", "control", "-o", "jsonl",
                                               "--data-dir", one_ + "/log.moved"});
  EXPECT_THAT(closing.out, HasSubstr(log_.substr(0, log_.find('?'))));
  EXPECT_EQ(Json({"log", "move", "--data-dir", one_, "--to", log_}, 10)["error"]["reason"],
            "LOG_ELSEWHERE");
  support::ServerProcess embedded(Data("one"), LogFile("embedded"));
  EXPECT_EQ(embedded.Wait(), 1);
  EXPECT_THAT(LogText("embedded"), HasSubstr("LOG_ELSEWHERE"));
}

TEST_F(MoveLogTest, AMoveThatWasCutShortGoesOn) {
  const std::string before = DigestIn("one");
  fs::copy(Data("one"), Data("copy"), fs::copy_options::recursive);
  Json({"log", "move", "--data-dir", one_, "--to", log_});
  // As a crash leaves it: all of it is copied, and nothing closed or renamed.
  const nlohmann::json again =
      Json({"log", "move", "--data-dir", Data("copy").string(), "--to", log_});
  EXPECT_EQ(again["existing"], again["records"]);
  EXPECT_EQ(DigestAt(log_), before);
  // And behind the closing: it is not copied later either.
  fs::rename(Data("copy") / "log.moved", Data("copy") / "log");
  fs::remove(Data("copy") / "kafka_topics");
  Json({"log", "move", "--data-dir", Data("copy").string(), "--to", log_});
  EXPECT_EQ(DigestAt(log_), before);
}

TEST_F(MoveLogTest, AClusterThatIsLostIsRestoredFromAnExport) {
  const std::string before = DigestIn("one");
  Json({"log", "move", "--data-dir", one_, "--to", log_});
  Json({"log", "export", Data("files").string(), "--log", log_, "--data-dir", one_});
  const std::string restored = TextOf(FreshKafkaAddress());
  for (const bool again : {false, true}) {
    const nlohmann::json report =
        Json({"log", "import", Data("files").string(), "--log", restored, "--data-dir", one_});
    EXPECT_EQ(report["existing"], again ? report["records"] : nlohmann::json(0));
  }
  EXPECT_EQ(DigestAt(restored), before);
  support::ServerProcess server(Data("one"), LogFile("restored"), {"--log", restored});
  const auto at = server.WaitUntilServing();
  ASSERT_TRUE(at) << LogText("restored");
  EXPECT_TRUE(CreateSurely({As("agency-approver", *at)}, Council(1)).status.ok());

  const std::string other = TextOf(FreshKafkaAddress());
  Json({"log", "init", "--data-dir", Data("other").string(), "--log", other});
  EXPECT_EQ(Json({"log", "import", Data("files").string(), "--log", other, "--data-dir",
                  Data("five").string()},
                 10)["error"]["reason"],
            "TARGET_NOT_EMPTY");
}

TEST_F(MoveLogTest, ABackupHasTheLogAndIsRestoredToAnotherCluster) {
  Json({"log", "move", "--data-dir", one_, "--to", log_});
  const auto server = Start("one");
  ASSERT_TRUE(server->WaitUntilServing()) << LogText("one");
  const std::string backup = Data("backup").string();
  EXPECT_EQ(Json({"backup", "create", backup, "--data-dir", one_}, 10)["error"]["reason"],
            "LOG_ELSEWHERE");
  const std::string other = TextOf(FreshKafkaAddress());
  Json({"log", "init", "--data-dir", Data("other").string(), "--log", other});
  EXPECT_EQ(
      Json({"backup", "create", backup, "--data-dir", one_, "--log", other}, 10)["error"]["reason"],
      "LOG_ELSEWHERE");
  EXPECT_FALSE(fs::exists(Data("backup")));

  Json({"backup", "create", backup, "--data-dir", one_, "--log", log_});
  EXPECT_EQ(Json({"backup", "verify", backup, "--founding-hash", founding_})["verdict"], "valid");
  const std::string restored = Data("restored").string();
  Json({"backup", "restore", backup, "--data-dir", restored});
  EXPECT_EQ(DigestIn("restored"), DigestAt(log_));
  const std::string moved = TextOf(FreshKafkaAddress());
  Json({"log", "move", "--data-dir", restored, "--to", moved});
  EXPECT_EQ(DigestAt(moved), DigestAt(log_));
  server->Signal(SIGTERM);  // Never a log and its copy at once.
  ASSERT_EQ(server->Wait(), 0);
  support::ServerProcess second(Data("restored"), LogFile("restored"), {"--log", moved});
  ASSERT_TRUE(second.WaitUntilServing()) << LogText("restored");
  EXPECT_EQ(Json({"--data-dir", restored, "council", "list"})["councils"].size(), 78u);
}

}  // namespace
}  // namespace twinledger::testing
