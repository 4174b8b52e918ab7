// A million void records in one partition, while a server writes to it, and in front of a replica
// that begins with nothing: commands are answered in time, and memory has its bound.
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "tests/kafka/foreign_hand.h"
#include "tests/kafka/forger.h"
#include "tests/kafka/replicas.h"

namespace twinledger::testing {
namespace {

using std::chrono::steady_clock;

constexpr int kGarbage = 500'000;
constexpr int kStrange = 500'000;  // Records in form, by a key of another log.

// One answer of a broker unpacks to nearly 200,000 such records, at half a KiB each in the client
// library, and to a batch of them at a KiB; a rebuild reads beside the server. All of a million at
// once would be three times the bound.
constexpr std::size_t kMoreBytesMax = std::size_t{384} << 20;

// A command waits at most until what lies in front of it has been read.
constexpr std::chrono::seconds kAnswerMax{60};

std::chrono::milliseconds Since(steady_clock::time_point begin) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begin);
}

using VoidFloodTest = ReplicasTest;

TEST_F(VoidFloodTest, AMillionVoidRecordsDelayCommandsAndNothingElse) {
  Found();
  const auto server = Start("one");
  const auto at = server->WaitUntilServing();
  ASSERT_TRUE(at) << LogText("one");
  const auto channel = As("agency-approver", *at);
  ASSERT_TRUE(CreateSurely({channel}, Council(CouncilsOf(0, 1, 1).front())).status.ok());
  const std::size_t before = server->PeakBytes();

  const log::KafkaAddress address = *log::ParseKafkaAddress(log_);
  const auto topics = OpenKafkaLog(address, {{"registry"}, kServerPartitions});
  const std::string strange = Forger(*topics, {"registry", 0}).SignedByAnotherLog();
  std::atomic<bool> flooded = false;
  const auto begin = steady_clock::now();
  std::jthread flood([&] {
    const ForeignHand hand(address);
    hand.AppendCopies(address.TopicOf("registry"), 0, "no record", kGarbage);
    hand.AppendCopies(address.TopicOf("registry"), 0, strange, kStrange);
    flooded = true;
  });
  std::chrono::milliseconds slowest{0};
  int answered = 0;
  for (int council = 1; !flooded;) {
    council = CouncilsOf(0, council + 1, 1).front();
    const auto asked = steady_clock::now();
    const Created created = CreateSurely({channel}, Council(council));
    ASSERT_TRUE(created.status.ok()) << created.status.error_message();
    slowest = std::max(slowest, Since(asked));
    ++answered;
  }
  flood.join();
  const auto flooded_in = Since(begin);
  EXPECT_GT(*topics->Tail({"registry", 0}), std::uint64_t{kGarbage + kStrange});
  ASSERT_TRUE(CreateSurely({channel}, Council(1)).status.ok());
  EXPECT_GT(answered, 0);
  EXPECT_LT(slowest, kAnswerMax);
  const std::size_t writing = server->PeakBytes();

  Json({"replica", "create", Data("two").string(), "--data-dir", Data("one").string()});
  const auto started = steady_clock::now();
  const auto replica = Start("two");
  const auto two = replica->WaitUntilServing(std::chrono::seconds(300));
  ASSERT_TRUE(two) << LogText("two");
  const auto started_in = Since(started);
  const std::size_t reading = replica->PeakBytes();
  std::printf(
      "flood of %lld ms: %d commands, the slowest %lld ms; a start on it %lld ms; memory %zu MiB, "
      "in the flood %zu, of the replica %zu\n",
      static_cast<long long>(flooded_in.count()), answered, static_cast<long long>(slowest.count()),
      static_cast<long long>(started_in.count()), before >> 20, writing >> 20, reading >> 20);
  std::fflush(stdout);
  EXPECT_LT(writing, before + kMoreBytesMax);
  EXPECT_LT(reading, before + kMoreBytesMax);
  EXPECT_TRUE(EqualsItsRebuild(As("operator", *at), "registry"));
  EXPECT_LT(server->PeakBytes(), before + kMoreBytesMax);
  EXPECT_EQ(Digests(As("operator", *at), "registry"), Digests(As("operator", *two), "registry"));
}

}  // namespace
}  // namespace twinledger::testing
