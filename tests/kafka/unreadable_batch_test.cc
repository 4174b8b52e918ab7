// Somebody with the right to produce appends batches that unpack to more than the client library
// takes, or, packed by gzip or lz4, than it should. A reader passes them, wherever it begins: each
// of their records is void, none in front of them or behind them is left out, and commands go on.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "tests/kafka/foreign_hand.h"
#include "tests/kafka/replicas.h"
#include "tests/support/local_http.h"
#include "tests/support/log_calls.h"

namespace twinledger::testing {
namespace {

using std::chrono::steady_clock;
using ::testing::HasSubstr;

constexpr std::size_t kTooLarge = std::size_t{120} << 20;
constexpr auto kPassedIn = std::chrono::minutes(3);
constexpr const char* kNotUnpacked = "not unpacked";

class UnreadableBatchTest : public ::testing::Test {
 protected:
  UnreadableBatchTest() {
    CreateKafkaLog(address_, topics_);
    log_ = OpenKafkaLog(address_, topics_);
  }

  void Append(const std::string& record) {
    ASSERT_EQ(AppendAndWait(*log_, kHere, record).kind, log::AppendOutcome::Kind::kAppended);
    wanted_.push_back(record);
  }
  void AppendUnreadable(int records, const std::string& codec = "zstd") {
    hand_.AppendBatch(address_.TopicOf("registry"), 0, records,
                      kTooLarge / static_cast<std::size_t>(records), codec);
    wanted_.insert(wanted_.end(), static_cast<std::size_t>(records), kNotUnpacked);
  }

  // From an offset to the end, each at its place.
  void ExpectRead(log::Reader& reader, log::Offset from) const {
    const auto give_up = steady_clock::now() + kPassedIn;
    log::Offset next = from;
    while (next < wanted_.size() && steady_clock::now() < give_up) {
      const auto batch = reader.Next(std::chrono::milliseconds(100));
      ASSERT_TRUE(batch.ok()) << batch.error().message;
      for (const log::StoredRecord& record : *batch) {
        ASSERT_EQ(record.offset, next);
        ASSERT_LT(next, wanted_.size());
        ASSERT_EQ(record.bytes, wanted_[next]) << next;
        ++next;
      }
    }
    ASSERT_EQ(next, wanted_.size());
  }
  void ExpectReadFrom(log::Offset from) const {
    const auto reader = log_->OpenReader({{kHere, from}});
    ASSERT_TRUE(reader.ok()) << reader.error().message;
    ExpectRead(**reader, from);
  }

  const log::PartitionId kHere{"registry", 0};
  const log::KafkaAddress address_ = FreshKafkaAddress();
  const log::KafkaTopics topics_{{"registry"}, 1};
  const ForeignHand hand_{address_};
  std::unique_ptr<log::KafkaLog> log_;
  std::vector<std::string> wanted_;
};

TEST_F(UnreadableBatchTest, ReadersThatRunAndThatStartPassIt) {
  Append("before");
  const auto running = *log_->OpenReader({{kHere, 0}});
  ASSERT_NO_FATAL_FAILURE(ExpectRead(*running, 0));
  AppendUnreadable(1);
  // At the end of the log, where nothing behind it shows where it ends.
  ASSERT_NO_FATAL_FAILURE(ExpectRead(*running, 1));
  Append("behind one");
  AppendUnreadable(5);
  Append("behind two");
  AppendUnreadable(1);
  AppendUnreadable(3);
  Append("behind three");
  ASSERT_NO_FATAL_FAILURE(ExpectRead(*running, 2));
  for (log::Offset from = 0; from <= wanted_.size(); ++from) {
    SCOPED_TRACE(from);
    ASSERT_NO_FATAL_FAILURE(ExpectReadFrom(from));
  }
}

TEST_F(UnreadableBatchTest, OneOfManyRecordsIsPassedWithFewQuestions) {
  Append("before");
  AppendUnreadable(20'000);
  Append("behind");
  const auto begin = steady_clock::now();
  ASSERT_NO_FATAL_FAILURE(ExpectReadFrom(0));
  const std::chrono::duration<double> all = steady_clock::now() - begin;
  ASSERT_NO_FATAL_FAILURE(ExpectReadFrom(12'345));
  std::printf("a batch of 20,000 records is passed in %.1f s\n", all.count());
  std::fflush(stdout);
}

TEST_F(UnreadableBatchTest, PackedByAnotherCodecItIsTheSame) {
  Append("before");
  for (const char* const codec : {"gzip", "lz4"}) {
    SCOPED_TRACE(codec);
    AppendUnreadable(1, codec);
    AppendUnreadable(1000, codec);
    Append(codec);
  }
  ASSERT_NO_FATAL_FAILURE(ExpectReadFrom(0));
}

TEST_F(UnreadableBatchTest, OtherPartitionsAreReadMeanwhile) {
  const log::KafkaAddress address = FreshKafkaAddress();
  const log::KafkaTopics topics{{"registry"}, 2};
  CreateKafkaLog(address, topics);
  const auto log = OpenKafkaLog(address, topics);
  const log::PartitionId other{"registry", 1};
  const auto reader = *log->OpenReader({{kHere, 0}, {other, 0}});
  hand_.AppendBatch(address.TopicOf("registry"), 0, 1000, kTooLarge / 1000, "zstd");
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(AppendAndWait(*log, other, std::to_string(i)).kind,
              log::AppendOutcome::Kind::kAppended);
  }
  std::vector<std::string> of_other;
  std::size_t voids = 0;
  const auto give_up = steady_clock::now() + kPassedIn;
  while ((of_other.size() < 100 || voids < 1000) && steady_clock::now() < give_up) {
    const auto batch = reader->Next(std::chrono::milliseconds(100));
    ASSERT_TRUE(batch.ok()) << batch.error().message;
    for (const log::StoredRecord& record : *batch) {
      if (record.partition == other) {
        of_other.push_back(record.bytes);
      } else {
        ASSERT_EQ(record.offset, voids++);
      }
    }
  }
  EXPECT_EQ(voids, 1000u);
  ASSERT_EQ(of_other.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(of_other[static_cast<std::size_t>(i)], std::to_string(i));
}

// By the programs.
class UnreadableBatchUnderLoadTest : public ReplicasTest {
 protected:
  // What the server says that the registry read of records that are none.
  static bool HasRead(const support::ServerAddresses& at, std::uint64_t count) {
    const std::string port = at.metrics.substr(at.metrics.rfind(':') + 1);
    const std::string text =
        support::Ask(static_cast<std::uint16_t>(std::stoul(port)), "GET /metrics HTTP/1.0\r\n\r\n");
    for (std::size_t line = 0; line != std::string::npos; line = text.find('\n', line + 1)) {
      const std::string sample = text.substr(line, text.find('\n', line + 1) - line);
      if (sample.find("twinledger_log_void_records_read_total{service=\"registry\"") ==
              std::string::npos ||
          sample.find("UNPARSABLE") == std::string::npos) {
        continue;
      }
      if (std::stoull(sample.substr(sample.rfind(' '))) >= count) return true;
    }
    return false;
  }
};

TEST_F(UnreadableBatchUnderLoadTest, CommandsGoOnAndTheOperatorIsTold) {
  constexpr int kBatches = 3;
  constexpr int kRecords = 50;
  Found();
  const auto server = Start("one");
  const auto at = server->WaitUntilServing();
  ASSERT_TRUE(at) << LogText("one");
  const auto channel = As("agency-approver", *at);
  std::atomic<bool> enough = false;
  std::vector<std::pair<registry::v1::CreateCouncilRequest, std::string>> acknowledged;
  std::jthread load([&] {
    for (int council = 0; !enough && !HasFatalFailure();) {
      council = CouncilsOf(0, council + 1, 1).front();
      const registry::v1::CreateCouncilRequest request = Council(council);
      const Created created = CreateSurely({channel}, request);
      ASSERT_TRUE(created.status.ok()) << created.status.error_message();
      acknowledged.emplace_back(request, created.response.receipt().position());
    }
  });
  const log::KafkaAddress address = *log::ParseKafkaAddress(log_);
  const ForeignHand hand(address);
  for (int i = 0; i < kBatches; ++i) {
    hand.AppendBatch(address.TopicOf("registry"), 0, kRecords, kTooLarge / kRecords, "zstd");
  }
  const auto give_up = steady_clock::now() + kPassedIn;
  while (!HasRead(*at, kBatches * kRecords) && steady_clock::now() < give_up) {
    std::this_thread::yield();
  }
  EXPECT_TRUE(HasRead(*at, kBatches * kRecords)) << LogText("one");
  enough = true;
  load.join();
  ASSERT_GT(acknowledged.size(), 0u);
  // A command behind all of them; and each that was acknowledged stands where it was said to.
  ASSERT_TRUE(CreateSurely({channel}, Council(1)).status.ok());
  for (const auto& [request, position] : acknowledged) {
    const Created again = CreateSurely({channel}, request);
    ASSERT_TRUE(again.status.ok()) << again.status.error_message();
    EXPECT_EQ(again.response.receipt().position(), position);
  }
  const auto told = [&](const std::string& what) {
    while (steady_clock::now() < give_up && LogText("one").find(what) == std::string::npos) {
      std::this_thread::yield();
    }
    EXPECT_THAT(LogText("one"), HasSubstr(what));
  };
  told("others than this log's writers append to registry/0: ");
  told("are void: they are in one batch, which cannot be unpacked");

  Json({"replica", "create", Data("two").string(), "--data-dir", Data("one").string()});
  const auto replica = Start("two");
  const auto two = replica->WaitUntilServing(std::chrono::seconds(300));
  ASSERT_TRUE(two) << LogText("two");
  EXPECT_TRUE(EqualsItsRebuild(As("operator", *at), "registry"));
  EXPECT_EQ(Digests(As("operator", *at), "registry"), Digests(As("operator", *two), "registry"));
  const std::string pin = support::ReadText(Data("one") / "keys/founding.sha256");
  EXPECT_EQ(Json({"log", "verify", Data("one").string(), "--log", log_, "--founding-hash",
                  pin.substr(0, 64)})["verdict"],
            "valid");
}

}  // namespace
}  // namespace twinledger::testing
