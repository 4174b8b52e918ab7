// Who may do what on a cluster that checks rights: as docs/operations/kafka.md says, and no more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "platform/log/kafka/kafka_log.h"
#include "tests/kafka/broker.h"
#include "tests/kafka/foreign_hand.h"
#include "tests/support/log_calls.h"
#include "tests/support/temp_directory.h"

namespace twinledger::log {
namespace {

using testing::AppendAndWait;
using testing::CreateKafkaLog;
using testing::ForeignHand;
using testing::FreshKafkaAddress;
using testing::OpenKafkaLog;
using testing::OverTls;
using testing::ReadAll;
using testing::TlsFolder;
using testing::WithPassword;
using Kind = AppendOutcome::Kind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::array kServerRights = {RD_KAFKA_ACL_OPERATION_READ, RD_KAFKA_ACL_OPERATION_WRITE,
                                      RD_KAFKA_ACL_OPERATION_DESCRIBE,
                                      RD_KAFKA_ACL_OPERATION_DESCRIBE_CONFIGS};
const PartitionId kHere{"registry", 0};

// Each test has topics of its own, and so rights of its own.
class RightsTest : public ::testing::Test {
 protected:
  void Grant(const std::string& principal, rd_kafka_AclOperation_t operation) const {
    ForeignHand(address).Grant(principal, operation, address.prefix + ".");
  }
  void GrantServerRights(const std::string& principal) const {
    for (const rd_kafka_AclOperation_t operation : kServerRights) Grant(principal, operation);
  }
  void ExpectForbidden(const Error& error) const {
    EXPECT_EQ(error.reason, "KAFKA_FORBIDS") << error.message;
    EXPECT_THAT(error.message, HasSubstr("kafka-acls.sh"));
  }

  const KafkaAddress address = FreshKafkaAddress();
  const KafkaAddress as_server = OverTls(address, "server");
  const std::string topic = address.TopicOf("registry");
  const KafkaTopics topics{{"registry"}, 1};
};

TEST_F(RightsTest, AFounderNeedsCreateAndServersDoNot) {
  const KafkaAddress as_founder = OverTls(address, "founder");
  GrantServerRights("User:CN=founder");
  const auto forbidden = KafkaLog::Create(as_founder, topics);
  ASSERT_FALSE(forbidden.ok());
  ExpectForbidden(forbidden.error());

  Grant("User:CN=founder", RD_KAFKA_ACL_OPERATION_CREATE);
  CreateKafkaLog(as_founder, topics);
  GrantServerRights("User:CN=server");
  const auto opened = OpenKafkaLog(as_server, topics);
  EXPECT_EQ(AppendAndWait(*opened, kHere, "one").kind, Kind::kAppended);
  EXPECT_THAT(ReadAll(*opened, kHere).records, ElementsAre("one"));
}

TEST_F(RightsTest, AServerWithoutARightIsToldWhatIsForbidden) {
  CreateKafkaLog(address, topics);
  const auto nothing = KafkaLog::Open(as_server, topics);
  ASSERT_FALSE(nothing.ok());

  Grant("User:CN=server", RD_KAFKA_ACL_OPERATION_DESCRIBE);
  const auto no_settings = KafkaLog::Open(as_server, topics);
  ASSERT_FALSE(no_settings.ok());
  ExpectForbidden(no_settings.error());

  Grant("User:CN=server", RD_KAFKA_ACL_OPERATION_DESCRIBE_CONFIGS);
  const auto opened = OpenKafkaLog(as_server, topics);
  EXPECT_NE(AppendAndWait(*opened, kHere, "one").kind, Kind::kAppended);
  const auto reader = opened->OpenReader({{kHere, 0}});
  ASSERT_TRUE(reader.ok()) << reader.error().message;
  ASSERT_EQ(AppendAndWait(*OpenKafkaLog(address, topics), kHere, "another's").kind,
            Kind::kAppended);
  Result<std::vector<StoredRecord>> read = (*reader)->Next(std::chrono::seconds(30));
  ASSERT_FALSE(read.ok());
  ExpectForbidden(read.error());
}

TEST_F(RightsTest, AServersRightsDeleteAndLoosenNothing) {
  CreateKafkaLog(address, topics);
  GrantServerRights("User:CN=server");
  ASSERT_EQ(AppendAndWait(*OpenKafkaLog(as_server, topics), kHere, "one").kind, Kind::kAppended);
  const ForeignHand thief(as_server);
  EXPECT_EQ(thief.TryToDeleteRecordsBefore(topic, 1), RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  EXPECT_EQ(thief.TryToChangeSettings(topic, {{"retention.ms", "1"}}),
            RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  EXPECT_THAT(ReadAll(*OpenKafkaLog(as_server, topics), kHere).records, ElementsAre("one"));
}

TEST_F(RightsTest, APasswordNamesAPrincipalAsACertificateDoes) {
  CreateKafkaLog(address, topics);
  GrantServerRights("User:server");
  const KafkaAddress by_password = WithPassword(address, TlsFolder() / "server.password");
  const auto opened = OpenKafkaLog(by_password, topics);
  EXPECT_EQ(AppendAndWait(*opened, kHere, "one").kind, Kind::kAppended);
  EXPECT_THAT(ReadAll(*opened, kHere).records, ElementsAre("one"));

  const testing::TempDirectory folder;
  testing::WriteFile(folder.path() / "password", "guessed");
  const auto refused = KafkaLog::Open(WithPassword(address, folder.path() / "password"), topics);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().reason, "KAFKA_REFUSES_CREDENTIALS") << refused.error().message;
}

}  // namespace
}  // namespace twinledger::log
