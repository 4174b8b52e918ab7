// What a log does when its topics are not as they must be: at opening, and while it is open.
#include <absl/synchronization/mutex.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <optional>
#include <string>

#include "platform/log/kafka/kafka_log.h"
#include "tests/kafka/broker.h"
#include "tests/kafka/foreign_hand.h"
#include "tests/support/log_calls.h"

namespace twinledger::log {
namespace {

using namespace std::chrono_literals;
using testing::AppendAndWait;
using testing::CreateKafkaLog;
using testing::ForeignHand;
using testing::FreshKafkaAddress;
using testing::OpenKafkaLog;
using testing::ReadAll;
using testing::RightSettings;
using testing::TopicSettings;
using Kind = AppendOutcome::Kind;
using ::testing::HasSubstr;

const PartitionId kHere{"registry", 0};

class TopicCheckTest : public ::testing::Test {
 protected:
  std::optional<Error> WhyNotOpened(const KafkaTopics& wanted) const {
    const auto opened = KafkaLog::Open(address, wanted);
    return opened.ok() ? std::nullopt : std::optional(opened.error());
  }

  const KafkaAddress address = FreshKafkaAddress();
  const std::string topic = address.TopicOf("registry");
  const KafkaTopics topics{{"registry"}, 1};
  const ForeignHand hand{address};
};

TEST_F(TopicCheckTest, EachWrongSettingIsRefusedWithItsValueAndTheRemedy) {
  const std::pair<std::string, std::string> wrongs[] = {
      {"cleanup.policy", "compact"},     {"retention.ms", "86400000"},
      {"retention.bytes", "1000000000"}, {"unclean.leader.election.enable", "true"},
      {"max.message.bytes", "524288"},   {"flush.messages", "9223372036854775807"},
      {"compression.type", "producer"},
  };
  hand.MakeTopic(topic, 1, RightSettings(address));
  for (const auto& [name, value] : wrongs) {
    SCOPED_TRACE(name);
    TopicSettings settings = RightSettings(address);
    settings[name] = value;
    hand.ChangeSettings(topic, settings);
    const auto error = WhyNotOpened(topics);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, Code::kFailedPrecondition);
    EXPECT_EQ(error->reason, "WRONG_TOPIC");
    EXPECT_EQ(error->metadata.at(name), value);
    EXPECT_THAT(error->message, HasSubstr("topic " + topic));
    EXPECT_THAT(error->message, HasSubstr(name + " is " + value + " and must be "));
    EXPECT_THAT(error->message, HasSubstr("--add-config " + name + "="));
  }
  hand.ChangeSettings(topic, RightSettings(address));
  EXPECT_FALSE(WhyNotOpened(topics));
}

TEST_F(TopicCheckTest, TheCommandThatIsToldSetsAllOfThemRight) {
  hand.MakeTopic(topic, 1, {});
  const auto error = WhyNotOpened(topics);
  ASSERT_TRUE(error);
  EXPECT_THAT(error->message, HasSubstr("compression.type is producer and must be zstd"));
  const auto begin = error->message.find('`') + 1;
  testing::SetAsTold(error->message.substr(begin, error->message.find('`', begin) - begin));
  EXPECT_FALSE(WhyNotOpened(topics));
}

TEST_F(TopicCheckTest, TooFewCopiesAreRefused) {
  hand.MakeTopic(topic, 1, RightSettings(address));
  KafkaAddress production = address;
  production.replication = 3;
  const auto opened = KafkaLog::Open(production, topics);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().reason, "WRONG_TOPIC");
  EXPECT_THAT(opened.error().message, HasSubstr("replication factor is 1 and must be at least 3"));
}

TEST_F(TopicCheckTest, AnotherNumberOfPartitionsIsRefused) {
  hand.MakeTopic(topic, 3, RightSettings(address));
  hand.MakeTopic(address.TopicOf("audit"), 2, RightSettings(address));
  const auto wrong = WhyNotOpened({{"registry"}, 8});
  ASSERT_TRUE(wrong);
  EXPECT_THAT(wrong->message, HasSubstr("partition count is 3 and must be 8"));
  const auto unlike = WhyNotOpened({{"registry", "audit"}, 0});
  ASSERT_TRUE(unlike);
  EXPECT_THAT(unlike->message, HasSubstr("audit: partition count is 2 and must be 3"));
  EXPECT_EQ(OpenKafkaLog(address, {{"registry"}, 0})->partitions(), 3U);
}

TEST_F(TopicCheckTest, AMissingTopicIsNamed) {
  const auto error = WhyNotOpened(topics);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, Code::kNotFound);
  EXPECT_EQ(error->reason, "TOPIC_MISSING");
  EXPECT_THAT(error->message, HasSubstr(topic));
}

TEST_F(TopicCheckTest, ABrokerThatIsNotThereIsToldWithinItsTime) {
  KafkaAddress nowhere = address;
  nowhere.brokers = "127.0.0.1:1";
  KafkaOptions options;
  options.request_timeout = 1s;
  const auto begin = std::chrono::steady_clock::now();
  const auto opened = KafkaLog::Open(nowhere, topics, options);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, Code::kUnavailable);
}

TEST_F(TopicCheckTest, TopicsAreMadeOnceAndNeverOverALog) {
  CreateKafkaLog(address, topics);
  CreateKafkaLog(address, topics);  // As after a crash before the founding.
  EXPECT_EQ(AppendAndWait(*OpenKafkaLog(address, topics), kHere, "one").kind, Kind::kAppended);
  const auto again = KafkaLog::Create(address, topics);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, Code::kAlreadyExists);
  EXPECT_EQ(again.error().reason, "LOG_EXISTS");
}

TEST_F(TopicCheckTest, RecordsThatWereDeletedAreMissed) {
  CreateKafkaLog(address, topics);
  {
    const auto log = OpenKafkaLog(address, topics);
    for (const std::string record : {"one", "two", "three"}) {
      ASSERT_EQ(AppendAndWait(*log, kHere, record).kind, Kind::kAppended);
    }
    hand.DeleteRecordsBefore(topic, 2);
    const auto reader = log->OpenReader({{kHere, 0}});
    ASSERT_FALSE(reader.ok());
    EXPECT_EQ(reader.error().code, Code::kDataLoss);
  }
  const auto error = WhyNotOpened(topics);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, Code::kDataLoss);
  EXPECT_EQ(error->reason, "LOG_LOST");
  EXPECT_THAT(error->message, HasSubstr("its first offset is 2 and was 0"));
}

TEST_F(TopicCheckTest, ASettingThatIsChangedLaterStopsAppendsAndReadersUntilItIsMended) {
  CreateKafkaLog(address, topics);
  absl::Mutex mutex;
  std::optional<bool> right;
  KafkaOptions options;
  options.check_interval = 100ms;
  options.on_check = [&](const Result<void>& found) {
    const absl::MutexLock lock(&mutex);
    right = found.ok();
  };
  const auto log = OpenKafkaLog(address, topics, options);
  const auto session = *log->OpenSession();
  const auto reader = *log->OpenReader({{kHere, 0}});
  const auto await = [&](bool wanted) {
    const absl::MutexLock lock(&mutex);
    const auto so = [&] { return right == wanted; };
    ASSERT_TRUE(mutex.AwaitWithTimeout(absl::Condition(&so), absl::Seconds(30)));
  };
  TopicSettings wrong = RightSettings(address);
  wrong["retention.ms"] = "1000";
  hand.ChangeSettings(topic, wrong);
  ASSERT_NO_FATAL_FAILURE(await(false));
  EXPECT_EQ(log->Verdict().error().reason, "WRONG_TOPIC");
  EXPECT_EQ(log->Verdict().error().code, Code::kUnavailable);
  const AppendOutcome refused = AppendAndWait(*session, kHere, "not now");
  EXPECT_EQ(refused.kind, Kind::kNotAppended);
  EXPECT_THAT(refused.error.message, HasSubstr("retention.ms is 1000"));
  const auto read = reader->Next(1ms);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().reason, "WRONG_TOPIC");

  hand.ChangeSettings(topic, RightSettings(address));
  ASSERT_NO_FATAL_FAILURE(await(true));
  EXPECT_EQ(AppendAndWait(*session, kHere, "again").kind, Kind::kAppended);
  EXPECT_TRUE(reader->Next(10s).ok());
  EXPECT_THAT(ReadAll(*log, kHere).records, ::testing::ElementsAre("again"));
}

TEST_F(TopicCheckTest, ATopicThatWasMadeAnewIsNotTakenForTheOld) {
  CreateKafkaLog(address, topics);
  const auto log = OpenKafkaLog(address, topics);
  ASSERT_EQ(AppendAndWait(*log, kHere, "one").kind, Kind::kAppended);
  ASSERT_EQ(AppendAndWait(*log, kHere, "two").kind, Kind::kAppended);
  hand.DeleteTopic(topic);
  hand.MakeTopic(topic, 1, RightSettings(address));
  const Result<void> checked = log->Check();
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().code, Code::kDataLoss);
  EXPECT_THAT(checked.error().message, HasSubstr("its end is 0 and was 2"));
  EXPECT_EQ(AppendAndWait(*log, kHere, "three").kind, Kind::kNotAppended);
}

TEST_F(TopicCheckTest, ATransactionIsAGapThatReadersReport) {
  CreateKafkaLog(address, topics);
  const auto log = OpenKafkaLog(address, topics);
  ASSERT_EQ(AppendAndWait(*log, kHere, "one").kind, Kind::kAppended);
  hand.AppendInTransaction(topic, "strange");
  const auto deadline = absl::Now() + absl::Seconds(30);
  while (*log->Tail(kHere) < 3 && absl::Now() < deadline) {
  }
  // Its marker stands at the end, where nothing behind it shows the gap.
  const testing::Contents contents = ReadAll(*log, kHere);
  EXPECT_THAT(contents.records, ::testing::ElementsAre("one", "strange"));
  ASSERT_TRUE(contents.error);
  EXPECT_EQ(contents.error->code, Code::kDataLoss);
  EXPECT_EQ(contents.error->metadata.at("offset"), "2");

  ASSERT_EQ(AppendAndWait(*log, kHere, "two").kind, Kind::kAppended);
  const testing::Contents behind = ReadAll(*log, kHere);
  EXPECT_THAT(behind.records, ::testing::ElementsAre("one", "strange"));
  ASSERT_TRUE(behind.error);
  EXPECT_THAT(behind.error->message, HasSubstr("the next one is 3"));
}

TEST_F(TopicCheckTest, TheBrokerAndTheClientShowCertificates) {
  const KafkaAddress tls = testing::OverTls(address);
  CreateKafkaLog(tls, topics);
  EXPECT_EQ(AppendAndWait(*OpenKafkaLog(tls, topics), kHere, "one").kind, Kind::kAppended);

  KafkaAddress stranger = tls;
  stranger.properties.erase("ssl.certificate.location");
  stranger.properties.erase("ssl.key.location");
  KafkaOptions options;
  options.request_timeout = 2s;
  const auto refused = KafkaLog::Open(stranger, topics, options);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kUnavailable);

  KafkaAddress no_key = tls;
  no_key.properties["ssl.key.location"] = "/nowhere/client.key";
  const auto missing = KafkaLog::Open(no_key, topics, options);
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(missing.error().message, HasSubstr("/nowhere/client.key"));
}

}  // namespace
}  // namespace twinledger::log
