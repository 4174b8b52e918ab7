// Somebody with the right to produce packs batches as no writer does. The broker packs anew what is
// not zstd, so that readers read all of it, and refuses what it has no memory for; zstd it leaves.
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <thread>

#include "tests/kafka/packed.h"
#include "tests/kafka/raw_produce.h"
#include "tests/kafka/record_batch.h"
#include "tests/kafka/replicas.h"
#include "tests/support/log_calls.h"

namespace twinledger::testing {
namespace {

const log::PartitionId kHere{"registry", 0};
constexpr auto kReadIn = std::chrono::minutes(2);

class PackedOtherwiseTest : public ::testing::Test {
 protected:
  PackedOtherwiseTest() {
    CreateKafkaLog(address_, topics_);
    log_ = OpenKafkaLog(address_, topics_);
  }

  void Append(const std::string& record) {
    ASSERT_EQ(AppendAndWait(*log_, kHere, record).kind, log::AppendOutcome::Kind::kAppended);
    wanted_.push_back(record);
  }
  void AppendPacked(char codec, const std::string& packed,
                    const std::vector<std::string>& records) {
    const auto count = static_cast<int>(records.size());
    const ProduceAnswer answer = ProduceBatch(address_, kHere, BatchOf(codec, count, packed));
    ASSERT_EQ(answer.error, 0);
    ASSERT_EQ(answer.offset, static_cast<std::int64_t>(wanted_.size()));
    wanted_.insert(wanted_.end(), records.begin(), records.end());
  }
  void ExpectReadFromEachPlace() const {
    const auto give_up = std::chrono::steady_clock::now() + kReadIn;
    for (std::size_t from = 0; from < wanted_.size(); ++from) {
      SCOPED_TRACE(from);
      const auto reader = *log_->OpenReader({{kHere, from}});
      for (std::size_t next = from; next < wanted_.size();) {
        ASSERT_LT(std::chrono::steady_clock::now(), give_up) << "nothing at " << next;
        const auto batch = reader->Next(std::chrono::milliseconds(100));
        ASSERT_TRUE(batch.ok()) << batch.error().message;
        for (const log::StoredRecord& record : *batch) {
          ASSERT_EQ(record.offset, next);
          ASSERT_EQ(record.bytes, wanted_.at(next));
          ++next;
        }
      }
    }
  }

  const log::KafkaAddress address_ = FreshKafkaAddress();
  const log::KafkaTopics topics_{{"registry"}, 1};
  std::unique_ptr<log::KafkaLog> log_;
  std::vector<std::string> wanted_;
};

TEST_F(PackedOtherwiseTest, AllMembersOfGzipAreRead) {
  Append("before");
  AppendPacked(kGzip, GzipMember(RecordOf(0, "one")) + GzipMember(RecordOf(1, "two")),
               {"one", "two"});
  Append("behind");
  const std::string split = RecordOf(0, "in two halves");
  AppendPacked(kGzip, GzipMember(split.substr(0, 9)) + GzipMember(split.substr(9)),
               {"in two halves"});
  ASSERT_NO_FATAL_FAILURE(ExpectReadFromEachPlace());
}

TEST_F(PackedOtherwiseTest, AllFramesOfZstdAreRead) {
  const std::string large(300'000, 'x');
  Append("before");
  AppendPacked(kZstd, ZstdFrame(RecordOf(0, "one")) + ZstdFrame(RecordOf(1, large)),
               {"one", large});
  Append("behind");
  const std::string skipped =
      std::string("\x50\x2a\x4d\x18\x03\x00\x00\x00", 8) + "abc";  // A frame for others.
  AppendPacked(kZstd, skipped + ZstdFrame(RecordOf(0, "three")) + ZstdFrame(RecordOf(1, "four")),
               {"three", "four"});
  ASSERT_NO_FATAL_FAILURE(ExpectReadFromEachPlace());
}

// By the programs, on a broker that has half a GB.
using MoreThanABrokerHoldsTest = ReplicasTest;

TEST_F(MoreThanABrokerHoldsTest, IsRefusedWhileCommandsGoOn) {
  constexpr int kMegabytes = 800;
  constexpr int kBatches = 3;
  constexpr std::size_t kMoreBytesMax = std::size_t{128} << 20;
  // Each record in members of its own: of one batch of 800 MB that goes over the wire as one.
  constexpr std::size_t kMegabyte = std::size_t{1} << 20;
  const std::string zeros = GzipMember(std::string(kMegabyte, '\0'));
  const std::string end = GzipMember(Varint(0));
  std::string bomb;
  for (int i = 0; i < kMegabytes; ++i) {
    bomb += GzipMember(RecordHead(i, kMegabyte));
    bomb += zeros;
    bomb += end;
  }
  ASSERT_LT(bomb.size(), kMegabyte);

  Found();
  const auto server = Start("one");
  const auto at = server->WaitUntilServing();
  ASSERT_TRUE(at) << LogText("one");
  const auto channel = As("agency-approver", *at);
  const log::KafkaAddress address = *log::ParseKafkaAddress(log_);
  ASSERT_TRUE(CreateSurely({channel}, Council(1)).status.ok());
  const std::size_t before = server->PeakBytes();
  std::atomic<bool> refused = false;
  std::jthread hand([&] {
    for (int i = 0; i < kBatches; ++i) {
      EXPECT_EQ(ProduceBatch(address, kHere, BatchOf(kGzip, kMegabytes, bomb)).error,
                kUnknownServerError);
    }
    refused = true;
  });
  int acknowledged = 0;
  for (int council = 1; !refused; ++acknowledged) {
    council = CouncilsOf(0, council + 1, 1).front();
    ASSERT_TRUE(CreateSurely({channel}, Council(council)).status.ok());
  }
  hand.join();
  EXPECT_GT(acknowledged, 0);
  EXPECT_LT(server->PeakBytes(), before + kMoreBytesMax);
  server->Signal(SIGTERM);
  EXPECT_EQ(server->Wait(), 0);
}

}  // namespace
}  // namespace twinledger::testing
