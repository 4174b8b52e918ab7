#include "platform/log/founding.h"

#include <gtest/gtest.h>

#include <functional>
#include <thread>

#include "platform/log/embedded/embedded_log.h"
#include "tests/support/log_calls.h"
#include "tests/support/temp_directory.h"
#include "tests/support/test_chain.h"

namespace twinledger::log {
namespace {

using testing::AppendAndWait;
using testing::KeyNamed;
using testing::ReadAll;
using testing::SeededRandom;
using testing::TempDirectory;
using testing::TestFounding;

const PartitionId kRoot{"registry", 0};
const std::vector<std::string> kStreams = {"registry", "risk"};

class FoundingTest : public ::testing::Test {
 protected:
  FoundingTest() {
    EXPECT_TRUE(EmbeddedLog::Create(temp.path() / "log").ok());
    log = *EmbeddedLog::Open(temp.path() / "log");
  }

  Result<Founding> Found(const TestFounding& founder,
                         std::optional<crypto::Hash> pin = std::nullopt) {
    return FoundLog(*log, founder.content, founder.writer_keys, pin, clock, random);
  }

  // How many partitions begin with a record that the founding accepts.
  std::size_t Founded(const Founding& founding) {
    std::size_t founded = 0;
    for (const PartitionId& partition : PartitionsOf(founding.root)) {
      for (const std::string& bytes : ReadAll(*log, partition).records) {
        const Verdict verdict = Accept(EmptyView(partition), founding, ReadRecord(0, bytes));
        if (std::holds_alternative<AcceptedRecord>(verdict)) ++founded;
      }
    }
    return founded;
  }

  const TempDirectory temp;
  std::unique_ptr<EmbeddedLog> log;
  SystemClock clock;
  SeededRandom random{"random"};
  const TestFounding ours{"ours", 3, kStreams};
};

TEST_F(FoundingTest, EveryPartitionOfEveryStreamIsFoundedOnce) {
  const auto founding = Found(ours);
  ASSERT_TRUE(founding.ok()) << founding.error().message;
  EXPECT_EQ(founding->root.SerializeAsString(), ours.content.SerializeAsString());
  EXPECT_EQ(Founded(*founding), 6u);
  EXPECT_EQ(ReadFounding(*log, kRoot, std::nullopt)->root_hash, founding->root_hash);
}

TEST_F(FoundingTest, RepeatingItChangesNothing) {
  const auto first = Found(ours);
  ASSERT_TRUE(first.ok());
  const auto again = Found(ours, first->root_hash);
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(again->root_hash, first->root_hash);
  EXPECT_EQ(*log->Tail(kRoot), 1u);
  EXPECT_EQ(*log->Tail({"risk", 2}), 1u);
}

TEST_F(FoundingTest, RepeatingItAfterACrashCompletesIt) {
  ASSERT_EQ(AppendAndWait(*log, kRoot, ours.RootRecord()).kind, AppendOutcome::Kind::kAppended);
  TestFounding again = ours;
  again.content.set_log_id("00000000-0000-4000-8000-000000000002");
  const auto founding = Found(again);
  ASSERT_TRUE(founding.ok()) << founding.error().message;
  EXPECT_EQ(founding->root_hash, ours.founding().root_hash);
  EXPECT_EQ(Founded(*founding), 6u);
}

TEST_F(FoundingTest, AnotherFoundersLogIsRefused) {
  ASSERT_TRUE(Found(ours).ok());
  TestFounding fewer_partitions{"ours", 2, kStreams};
  TestFounding other_streams{"ours", 3, {"registry", "audit"}};
  TestFounding other_keys{"theirs", 3, kStreams};
  for (const TestFounding* theirs : {&fewer_partitions, &other_streams, &other_keys}) {
    const auto founding = Found(*theirs);
    ASSERT_FALSE(founding.ok());
    EXPECT_EQ(founding.error().code, Code::kFailedPrecondition);
    EXPECT_EQ(founding.error().reason, "OTHER_FOUNDING");
  }
}

TEST_F(FoundingTest, OfTwoFoundersAtOnceOneWinsAndTheLogHasOneIdentity) {
  const TestFounding theirs{"theirs", 3, kStreams};
  std::optional<Result<Founding>> us;
  std::optional<Result<Founding>> them;
  {
    SeededRandom other_random("other");
    std::jthread one([&] { us = Found(ours); });
    std::jthread two([&] {
      them = FoundLog(*log, theirs.content, theirs.writer_keys, std::nullopt, clock, other_random);
    });
    one.join();
    two.join();
  }
  ASSERT_NE(us->ok(), them->ok());
  const auto& [winner, loser] = us->ok() ? std::tie(*us, *them) : std::tie(*them, *us);
  EXPECT_EQ(loser.error().reason, "OTHER_FOUNDING");
  EXPECT_EQ(Founded(*winner), 6u);
}

TEST_F(FoundingTest, APinThatDiffersIsRefused) {
  EXPECT_EQ(ReadFounding(*log, kRoot, std::nullopt).error().reason, "NOT_FOUNDED");
  EXPECT_EQ(Found(ours, crypto::Sha256("other")).error().reason, "NOT_FOUNDED");
  ASSERT_TRUE(Found(ours).ok());
  EXPECT_EQ(Found(ours, crypto::Sha256("other")).error().reason, "OTHER_FOUNDING");
  const auto read = ReadFounding(*log, kRoot, crypto::Sha256("other"));
  EXPECT_EQ(read.error().reason, "OTHER_FOUNDING");
  EXPECT_EQ(read.error().metadata.at("expected"), crypto::Hex(crypto::Sha256("other")));
}

TEST_F(FoundingTest, ContentThatIsNoFoundingIsRefusedAndNotRecognised) {
  const struct {
    const char* name;
    std::function<void(v1::Founding&)> change;
  } kCases[] = {
      {"no id", [](auto& f) { f.clear_log_id(); }},
      {"id is no UUID", [](auto& f) { f.set_log_id("log"); }},
      {"no partitions", [](auto& f) { f.set_partitions(0); }},
      {"too many partitions", [](auto& f) { f.set_partitions(kPartitionsMax + 1); }},
      {"a stream twice", [](auto& f) { f.add_streams("registry"); }},
      {"a stream without a key", [](auto& f) { f.add_streams("audit"); }},
      {"a key of no stream", [](auto& f) { f.mutable_writer_keys(0)->set_stream("x"); }},
      {"a short key", [](auto& f) { f.mutable_writer_keys(0)->mutable_key()->set_value("x"); }},
      {"no recovery key", [](auto& f) { f.clear_recovery_key(); }},
      {"a root hash", [](auto& f) { f.set_root_hash("x"); }},
      {"a name with a slash", [](auto& f) { f.set_streams(1, "a/b"); }},
  };
  for (const auto& test : kCases) {
    SCOPED_TRACE(test.name);
    TestFounding wrong = ours;
    test.change(wrong.content);
    EXPECT_EQ(Found(wrong).error().code, Code::kInvalidArgument);
    const std::string record =
        MakeFoundingRecord(wrong.content, kRoot, ours.writer_keys.at("registry"), {}, random);
    EXPECT_FALSE(ReadRootFounding(ReadRecord(0, record)).has_value());
  }
  EXPECT_EQ(*log->Tail(kRoot), 0u);
}

TEST_F(FoundingTest, ARootFoundingThatItsOwnKeysDidNotSignIsNone) {
  const std::string forged =
      MakeFoundingRecord(ours.content, kRoot, KeyNamed("stranger"), {}, random);
  EXPECT_FALSE(ReadRootFounding(ReadRecord(0, forged)).has_value());
  EXPECT_TRUE(ReadRootFounding(ReadRecord(0, ours.RootRecord())).has_value());
}

}  // namespace
}  // namespace twinledger::log
