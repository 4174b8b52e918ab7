#include "platform/server/open_log.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "platform/base/private_file.h"
#include "platform/crypto/system_random.h"
#include "platform/server/log_place.h"
#include "tests/support/manual_clock.h"

namespace twinledger::server {
namespace {

class OpenLogTest : public ::testing::Test {
 protected:
  OpenLogTest() {
    std::string name = ::testing::TempDir() + "open_log_XXXXXX";
    root_ = mkdtemp(name.data());
    data_ = DataDirectory(root_ / "data");
  }
  ~OpenLogTest() override { std::filesystem::remove_all(root_); }

  Result<OpenedLog> Open(std::optional<crypto::Hash> pin = std::nullopt) {
    return OpenDataDirectory(data_, {.pin = pin}, clock_, random_);
  }
  std::string ReasonOfOpening() {
    const Result<OpenedLog> opened = Open();
    return opened ? "" : opened.error().reason;
  }

  const support::ManualClock clock_{WallTime(std::chrono::hours(24 * 365 * 50))};
  crypto::SystemRandom random_;
  std::filesystem::path root_;
  DataDirectory data_{""};
};

TEST_F(OpenLogTest, AnEmptyDirectoryIsFoundedOnceAndOpenedAfterwards) {
  crypto::Hash hash{};
  {
    const Result<OpenedLog> founded = Open();
    ASSERT_TRUE(founded) << founded.error().message;
    EXPECT_TRUE(founded->founded);
    hash = founded->founding.root_hash;
    EXPECT_EQ(founded->keys.writers.size(), FoundingStreams().size());
  }
  const Result<OpenedLog> opened = Open(hash);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_FALSE(opened->founded);
  EXPECT_EQ(opened->founding.root_hash, hash);
  EXPECT_FALSE(std::filesystem::exists(data_.root() / "founding.draft"));
}

TEST_F(OpenLogTest, AFoundingThatWasCutShortIsCompletedAsTheSameLog) {
  const std::string log_id = "11111111-2222-4333-8444-555555555555";
  ASSERT_TRUE(WritePrivateFile(root_ / "draft", log_id));
  std::filesystem::create_directories(data_.root());
  std::filesystem::copy(root_ / "draft", data_.root() / "founding.draft");
  std::filesystem::permissions(
      data_.root() / "founding.draft",
      std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  const Result<OpenedLog> opened = Open();
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_TRUE(opened->founded);
  EXPECT_EQ(opened->founding.root.log_id(), log_id);
}

TEST_F(OpenLogTest, AFolderHasOnePartitionUnlessAsked) {
  const Result<OpenedLog> opened = Open();
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->founding.root.partitions(), 1);
}

TEST_F(OpenLogTest, ThePartitionsOfAFoundingThatWasCutShortStand) {
  {
    const Result<OpenedLog> founded = FoundDataDirectory(data_, {.partitions = 3}, clock_, random_);
    ASSERT_TRUE(founded) << founded.error().message;
    EXPECT_EQ(founded->founding.root.partitions(), 3);
    // As a crash leaves it right before the draft goes.
    ASSERT_TRUE(
        WritePrivateFile(data_.root() / "founding.draft", founded->founding.root.log_id() + "\n3"));
  }
  const Result<OpenedLog> other = FoundDataDirectory(data_, {.partitions = 4}, clock_, random_);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().reason, "PARTITIONS_DIFFER");
  const Result<OpenedLog> opened = Open();
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_TRUE(opened->founded);
  EXPECT_EQ(opened->founding.root.partitions(), 3);
}

// Cut short right behind its begin, where the draft alone tells what was wanted.
TEST_F(OpenLogTest, ADraftKnowsHowManyPartitionsWereWanted) {
  const std::string log_id = "11111111-2222-4333-8444-555555555555";
  for (const auto& [text, partitions] :
       {std::pair(log_id + "\n5", 5u), std::pair(log_id, 8u), std::pair(log_id + "\nmany", 0u),
        std::pair(log_id + "\n", 0u)}) {
    std::filesystem::remove_all(data_.root());
    ASSERT_TRUE(MakePrivateFolder(data_.root()));
    ASSERT_TRUE(WritePrivateFile(data_.root() / "founding.draft", text));
    if (partitions == 0) {
      EXPECT_EQ(ReasonOfOpening(), "BAD_DRAFT");
      continue;
    }
    const Result<OpenedLog> opened = Open();
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(opened->founding.root.partitions(), partitions);
    EXPECT_EQ(opened->founding.root.log_id(), log_id);
  }
}

TEST_F(OpenLogTest, WhereALogWasNoOtherIsMade) {
  ASSERT_TRUE(Open());
  std::filesystem::remove_all(data_.log());
  EXPECT_EQ(ReasonOfOpening(), "LOG_MISSING");
  std::filesystem::remove_all(data_.keys());
  std::filesystem::create_directories(data_.projection("registry"));
  EXPECT_EQ(ReasonOfOpening(), "LOG_MISSING");
  EXPECT_FALSE(std::filesystem::exists(data_.log()));
}

TEST_F(OpenLogTest, ALogOfAnotherFoundingIsRefused) {
  ASSERT_TRUE(Open());
  const Result<OpenedLog> other = Open(crypto::Sha256("another"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().reason, "OTHER_FOUNDING");
  std::filesystem::remove(data_.keys() / "founding.sha256");
  EXPECT_EQ(ReasonOfOpening(), "PIN_MISSING");
}

TEST_F(OpenLogTest, FoundingExplicitlyRefusesWhatIsThere) {
  ASSERT_TRUE(FoundDataDirectory(data_, {}, clock_, random_));
  const Result<OpenedLog> again = FoundDataDirectory(data_, {}, clock_, random_);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().reason, "LOG_EXISTS");
}

TEST_F(OpenLogTest, APinWithoutALogIsNoReasonToFoundOne) {
  const Result<OpenedLog> opened = Open(crypto::Sha256("expected"));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().reason, "LOG_MISSING");
}

// What is refused before any broker is asked: none listens on port 1.
class LogPlaceTest : public OpenLogTest {
 protected:
  std::string ReasonOnKafka(const std::string& prefix) {
    OpenLogOptions options;
    const Result<log::KafkaAddress> address =
        log::ParseKafkaAddress("kafka://127.0.0.1:1/" + prefix);
    if (!address) return address.error().reason;
    options.kafka = *address;
    options.kafka_options.request_timeout = std::chrono::milliseconds(50);
    const Result<OpenedLog> opened = OpenDataDirectory(data_, options, clock_, random_);
    return opened ? "" : opened.error().reason;
  }
};

TEST_F(LogPlaceTest, AnEmptyDirectoryFoundsNothingOnKafkaByItself) {
  EXPECT_EQ(ReasonOnKafka("a"), "KEYS_MISSING");
  EXPECT_FALSE(std::filesystem::exists(data_.root()));
}

TEST_F(LogPlaceTest, AnEmbeddedLogIsNotOpenedBesideOneOnKafka) {
  ASSERT_TRUE(Open());
  EXPECT_EQ(ReasonOnKafka("a"), "LOG_ELSEWHERE");
}

TEST_F(LogPlaceTest, ADirectoryOfALogOnKafkaStaysWithItsTopics) {
  ASSERT_TRUE(StorePin(data_, crypto::Sha256("founded")));
  ASSERT_TRUE(StoreTopicPrefix(data_, "a"));
  EXPECT_EQ(ReasonOfOpening(), "LOG_ELSEWHERE");
  EXPECT_EQ(ReasonOnKafka("b"), "LOG_ELSEWHERE");
  EXPECT_EQ(ReasonOnKafka("a"), "KAFKA_UNAVAILABLE");
  EXPECT_FALSE(std::filesystem::exists(data_.log()));
}

}  // namespace
}  // namespace twinledger::server
