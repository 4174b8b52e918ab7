#include "platform/log/kafka/kafka_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_directory.h"

namespace twinledger::log {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

TEST(KafkaAddressTest, NamesBrokersPrefixAndOptions) {
  const auto address = ParseKafkaAddress(
      "kafka://a:9092,[::1]:9093/agency.log?replication=5&ssl.ca.location=/ca.pem&client.id=x");
  ASSERT_TRUE(address.ok()) << address.error().message;
  EXPECT_EQ(address->brokers, "a:9092,[::1]:9093");
  EXPECT_EQ(address->prefix, "agency.log");
  EXPECT_EQ(address->replication, 5U);
  EXPECT_EQ(address->TopicOf("registry"), "agency.log.registry");
  EXPECT_THAT(address->properties,
              ElementsAre(Pair("client.id", "x"), Pair("security.protocol", "ssl"),
                          Pair("ssl.ca.location", "/ca.pem")));
}

TEST(KafkaAddressTest, WithoutMoreItIsThreeCopiesInPlainText) {
  const auto address = ParseKafkaAddress("kafka://broker:9092");
  ASSERT_TRUE(address.ok()) << address.error().message;
  EXPECT_EQ(address->TopicOf("audit"), "twinledger.audit");
  EXPECT_EQ(address->replication, 3U);
  EXPECT_THAT(address->properties, ElementsAre(Pair("security.protocol", "plaintext")));
}

TEST(KafkaAddressTest, APasswordIsInAFileAndNeverSentInPlainTextUnasked) {
  const testing::TempDirectory temp;
  testing::WriteFile(temp.path() / "password", "secret\n");
  const auto address = ParseKafkaAddress(
      "kafka://b:9092?sasl.mechanisms=SCRAM-SHA-512&sasl.username=twinledger"
      "&sasl.password.location=" +
      (temp.path() / "password").string());
  ASSERT_TRUE(address.ok()) << address.error().message;
  EXPECT_EQ(address->properties.at("sasl.password"), "secret");
  EXPECT_EQ(address->properties.at("security.protocol"), "sasl_ssl");
}

struct Refused {
  std::string text;
  std::string part;
  std::string remedy;
};
const Refused kRefused[] = {
    {"kafka:/b:9092", "address", "kafka://HOST:PORT"},
    {"kafka://", "broker", "HOST:PORT"},
    {"kafka://b", "broker", "HOST:PORT"},
    {"kafka://:9092", "broker", "HOST:PORT"},
    {"kafka://b:0", "broker", "1 to 65535"},
    {"kafka://b:65536", "broker", "1 to 65535"},
    {"kafka://b:9092x", "broker", "1 to 65535"},
    {"kafka://b:9092,", "broker", "HOST:PORT"},
    {"kafka://::1:9092", "broker", "brackets"},
    {"kafka://me@b:9092", "broker", "no user"},
    {"kafka://b:9092/", "prefix", "1 to 200"},
    {"kafka://b:9092/a/b", "prefix", "a-z"},
    {"kafka://b:9092/.hidden", "prefix", "not beginning"},
    {"kafka://b:9092?replication", "option", "NAME=VALUE"},
    {"kafka://b:9092?replication=0", "option", "1 to 9"},
    {"kafka://b:9092?replication=10", "option", "1 to 9"},
    {"kafka://b:9092?acks=1", "option", "none of replication"},
    {"kafka://b:9092?sasl.password=secret", "option", "sasl.password.location"},
    {"kafka://b:9092?client.id=a&client.id=b", "option", "twice"},
};

TEST(KafkaAddressTest, SaysWhichPartIsWrongAndWhatWouldBeRight) {
  for (const Refused& refused : kRefused) {
    SCOPED_TRACE(refused.text);
    const auto address = ParseKafkaAddress(refused.text);
    ASSERT_FALSE(address.ok());
    EXPECT_EQ(address.error().code, Code::kInvalidArgument);
    EXPECT_EQ(address.error().reason, "BAD_KAFKA_ADDRESS");
    EXPECT_EQ(address.error().metadata.at("part"), refused.part);
    EXPECT_THAT(address.error().message, HasSubstr(refused.remedy));
  }
}

TEST(KafkaAddressTest, AMissingPasswordFileIsNamed) {
  const auto address = ParseKafkaAddress("kafka://b:9092?sasl.password.location=/nowhere/password");
  ASSERT_FALSE(address.ok());
  EXPECT_THAT(address.error().message, HasSubstr("/nowhere/password"));
}

}  // namespace
}  // namespace twinledger::log
