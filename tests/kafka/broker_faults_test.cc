// A broker that is killed, and one that hangs. Method: its process gets SIGKILL or SIGSTOP while
// appends are on their way; afterwards the partition is read from zero and held against what was
// reported.
#include <absl/synchronization/mutex.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "platform/log/kafka/kafka_log.h"
#include "tests/kafka/broker.h"
#include "tests/support/log_calls.h"

namespace twinledger::log {
namespace {

using namespace std::chrono_literals;
using testing::AppendAndWait;
using testing::ReadAll;
using Kind = AppendOutcome::Kind;

const PartitionId kHere{"registry", 0};
constexpr auto kPatience = absl::Seconds(60);

std::string Record(int number) { return "record " + std::to_string(number); }

class Reports {
 public:
  AppendCallback Expect(int number) {
    return [this, number](const AppendOutcome& outcome) {
      const absl::MutexLock lock(&mutex_);
      EXPECT_TRUE(outcomes_.emplace(number, outcome).second) << number << " is reported twice";
    };
  }
  void Await(std::size_t count) {
    const absl::MutexLock lock(&mutex_);
    const auto enough = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      return outcomes_.size() >= count;
    };
    ASSERT_TRUE(mutex_.AwaitWithTimeout(absl::Condition(&enough), kPatience))
        << outcomes_.size() << " of " << count << " reports";
  }
  std::map<int, AppendOutcome> outcomes() const {
    const absl::MutexLock lock(&mutex_);
    return outcomes_;
  }

 private:
  mutable absl::Mutex mutex_;
  std::map<int, AppendOutcome> outcomes_ ABSL_GUARDED_BY(mutex_);
};

class BrokerFaultsTest : public ::testing::Test {
 protected:
  BrokerFaultsTest() {
    testing::CreateKafkaLog(address, topics);
    log = testing::OpenKafkaLog(address, topics);
  }

  // Once the broker answers again.
  std::vector<std::string> ReadWhenItAnswers() {
    const auto deadline = absl::Now() + kPatience;
    while (true) {
      testing::Contents contents = ReadAll(*log, kHere);
      if (!contents.error) return contents.records;
      EXPECT_EQ(contents.error->code, Code::kUnavailable) << contents.error->message;
      if (absl::Now() > deadline) {
        ADD_FAILURE() << "it cannot be read";
        return {};
      }
    }
  }

  const KafkaAddress address = testing::FreshKafkaAddress();
  const KafkaTopics topics{{"registry"}, 1};
  std::unique_ptr<KafkaLog> log;
};

TEST_F(BrokerFaultsTest, AKilledBrokerHasAllThatItAcknowledgedOnceAndInOrder) {
  constexpr int kBefore = 500;
  constexpr int kDuring = 3000;
  Reports reports;
  const auto session = *log->OpenSession();
  for (int i = 0; i < kBefore; ++i) session->Append(kHere, Record(i), reports.Expect(i));
  ASSERT_NO_FATAL_FAILURE(reports.Await(kBefore));
  for (int i = kBefore; i < kDuring; ++i) session->Append(kHere, Record(i), reports.Expect(i));
  testing::KillBroker();
  // On their way to nobody.
  for (int i = kDuring; i < kDuring + 10; ++i) {
    session->Append(kHere, Record(i), reports.Expect(i));
  }
  ASSERT_NO_FATAL_FAILURE(reports.Await(kDuring + 10));
  // Not within the library's own time, which has no end.
  for (int i = 0; i < 5; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    const Result<Offset> tail = log->Tail(kHere);
    ASSERT_FALSE(tail.ok());
    EXPECT_EQ(tail.error().code, Code::kUnavailable);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
  }

  testing::StartBroker();
  const std::vector<std::string> stored = ReadWhenItAnswers();
  std::size_t acknowledged = 0;
  for (const auto& [number, outcome] : reports.outcomes()) {
    ASSERT_NE(outcome.kind, Kind::kNotAppended) << number << ": " << outcome.error.message;
    if (outcome.kind != Kind::kAppended) continue;
    ++acknowledged;
    ASSERT_LT(outcome.offset, stored.size()) << number << " is lost";
    ASSERT_EQ(stored[outcome.offset], Record(number));
  }
  EXPECT_GE(acknowledged, std::size_t{kBefore});
  EXPECT_LT(acknowledged, std::size_t{kDuring + 10}) << "nothing was in flight";
  // Each once, in the order of sending, whether it was acknowledged or not.
  int last = -1;
  for (const std::string& record : stored) {
    const int number = std::stoi(record.substr(record.find(' ')));
    ASSERT_GT(number, last);
    last = number;
  }
  EXPECT_EQ(AppendAndWait(*log, kHere, "after").kind, Kind::kAppended);
}

TEST_F(BrokerFaultsTest, AReaderGoesOnBehindABrokersRestartWithoutAGap) {
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(AppendAndWait(*log, kHere, Record(i)).kind, Kind::kAppended);
  }
  const auto reader = *log->OpenReader({{kHere, 0}});
  std::vector<std::string> seen;
  const auto read_to = [&](std::size_t count) {
    const auto deadline = absl::Now() + kPatience;
    while (seen.size() < count && absl::Now() < deadline) {
      const auto batch = reader->Next(100ms);
      ASSERT_TRUE(batch.ok()) << batch.error().message;
      for (const StoredRecord& record : *batch) seen.push_back(record.bytes);
    }
    ASSERT_EQ(seen.size(), count);
  };
  ASSERT_NO_FATAL_FAILURE(read_to(10));
  testing::KillBroker();
  EXPECT_TRUE(reader->Next(1s)->empty());
  testing::StartBroker();
  ASSERT_EQ(ReadWhenItAnswers().size(), 10U);
  for (int i = 10; i < 20; ++i) {
    ASSERT_EQ(AppendAndWait(*log, kHere, Record(i)).kind, Kind::kAppended);
  }
  ASSERT_NO_FATAL_FAILURE(read_to(20));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(seen[static_cast<std::size_t>(i)], Record(i));
}

TEST_F(BrokerFaultsTest, ABrokerThatHangsMakesAnAppendAmbiguousAndItLandsLater) {
  const auto session = *log->OpenSession();
  ASSERT_EQ(AppendAndWait(*session, kHere, "before").kind, Kind::kAppended);
  testing::PauseBroker();
  const auto begin = std::chrono::steady_clock::now();
  const AppendOutcome hanging = AppendAndWait(*session, kHere, "hanging");
  const auto waited = std::chrono::steady_clock::now() - begin;
  EXPECT_EQ(hanging.kind, Kind::kAmbiguous);
  EXPECT_EQ(hanging.error.reason, "NO_REPORT");
  EXPECT_GE(waited, KafkaOptions().append_timeout);
  EXPECT_LT(waited, 3 * KafkaOptions().append_timeout);
  testing::ResumeBroker();

  // What was called ambiguous is there all the same: the broker had it in its socket.
  const auto deadline = absl::Now() + kPatience;
  std::vector<std::string> stored;
  do stored = ReadWhenItAnswers();
  while (stored.size() < 2 && absl::Now() < deadline);
  EXPECT_THAT(stored, ::testing::ElementsAre("before", "hanging"));

  const AppendOutcome after = AppendAndWait(*log, kHere, "after");
  EXPECT_EQ(after.kind, Kind::kAppended) << after.error.message;
  EXPECT_EQ(after.offset, stored.size());
}

TEST_F(BrokerFaultsTest, ATailIsToldAsSoonAsABrokerThatHungAnswers) {
  KafkaOptions options;
  options.tail_timeout = 20s;  // Enough for a slow machine.
  log = testing::OpenKafkaLog(address, topics, options);
  ASSERT_EQ(AppendAndWait(*log, kHere, "before").kind, Kind::kAppended);
  testing::PauseBroker();
  const Result<Offset> hanging = log->Tail(kHere);
  ASSERT_FALSE(hanging.ok());
  EXPECT_EQ(hanging.error().code, Code::kUnavailable);
  testing::ResumeBroker();
  // What it did not tell a moment ago is no reason not to ask it.
  const Result<Offset> awake = log->Tail(kHere);
  ASSERT_TRUE(awake.ok()) << awake.error().message;
  EXPECT_EQ(*awake, 1u);
}

TEST_F(BrokerFaultsTest, ASessionIsLeftAtOnceWhileItsBrokerHangs) {
  KafkaOptions options;
  options.append_timeout = 60s;
  log = testing::OpenKafkaLog(address, topics, options);
  auto session = *log->OpenSession();
  ASSERT_EQ(AppendAndWait(*session, kHere, "before").kind, Kind::kAppended);
  testing::PauseBroker();
  Reports reports;
  for (int i = 0; i < 100; ++i) session->Append(kHere, Record(i), reports.Expect(i));
  const auto begin = std::chrono::steady_clock::now();
  session.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 20s);  // And not the time of an append.
  testing::ResumeBroker();
  const AppendOutcome after = AppendAndWait(*log, kHere, "after");
  EXPECT_EQ(after.kind, Kind::kAppended) << after.error.message;
  EXPECT_TRUE(reports.outcomes().empty());
}

}  // namespace
}  // namespace twinledger::log
