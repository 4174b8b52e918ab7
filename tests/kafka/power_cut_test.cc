// The power of the only broker's disk is cut under load: its log directory lies on a disk of the
// test's own (tests/support/cuttable_disk.h). What was acknowledged is there afterwards if the
// topics are as Twinledger makes them, and is lost and missed at once with Kafka's default.
// TWINLEDGER_POWER_CUTS sets the number of cuts (3).
#include <absl/synchronization/notification.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <optional>
#include <thread>

#include "platform/crypto/hash.h"
#include "tests/kafka/acknowledgements.h"
#include "tests/kafka/broker.h"
#include "tests/kafka/foreign_hand.h"
#include "tests/support/cuttable_disk.h"
#include "tests/support/note_answers.h"
#include "tests/support/note_system.h"
#include "tests/support/temp_directory.h"

namespace twinledger::testing {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using ::testing::HasSubstr;

constexpr std::uint32_t kPartitions = 2;
constexpr int kClients = 8;
constexpr std::size_t kAnswersBetween = 100;  // Two cuts.
constexpr auto kPatience = 120s;

Result<writer::Outcome> Call(NoteSystem& system, const writer::Command& command) {
  absl::Notification done;
  std::optional<Result<writer::Outcome>> answer;
  system.Submit(
      command,
      [&](const Result<writer::Outcome>& result) {
        answer.emplace(result);
        done.Notify();
      },
      10s);
  done.WaitForNotification();
  return *std::move(answer);
}

class PowerCutOnKafkaTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    KillBroker();
    const std::filesystem::path cluster = std::getenv("TWINLEDGER_KAFKA_DIR");
    disk_ = new support::CuttableDisk(cluster / "disk", cluster / "broker-1/data");
    StartBroker();
    disk_->Sync();  // Kafka does not sync what it writes when its storage is formatted.
  }
  static void TearDownTestSuite() {
    KillBroker();
    delete std::exchange(disk_, nullptr);
  }

  PowerCutOnKafkaTest() { CreateKafkaLog(address_, topics_); }

  // Broker and disk stop at the same moment, and come back.
  static void CutPower() {
    PauseBroker();
    disk_->CutPower();
    KillBroker();
    disk_->PowerOn();
    StartBroker();
  }

  std::unique_ptr<NoteSystem> Replica(const TempDirectory& directory,
                                      log::KafkaOptions options = {}) const {
    options.append_timeout = 3s;
    options.request_timeout = 2s;
    return std::make_unique<NoteSystem>(OpenKafkaLog(address_, topics_, options), directory.path(),
                                        kPartitions);
  }

  Checked Check(const std::map<std::string, writer::Outcome>& answers) const {
    const auto log = OpenKafkaLog(address_, topics_);
    const auto founding = log::ReadFounding(*log, {"registry", 0}, std::nullopt);
    TL_CHECK(founding.ok());
    std::vector<Acknowledgement> all;
    for (const auto& [id, answer] : answers) {
      all.push_back({id, answer.partition, answer.sequence, crypto::Hex(answer.commit_hash)});
    }
    const TempDirectory folder;
    WriteAcknowledgements(folder.path() / "acknowledged", address_, founding->root_hash, all);
    return CheckTopics(folder.path() / "acknowledged");
  }

  inline static support::CuttableDisk* disk_ = nullptr;
  const log::KafkaAddress address_ = FreshKafkaAddress();
  const log::KafkaTopics topics_{{"registry"}, kPartitions};
};

TEST_F(PowerCutOnKafkaTest, EachSyncedRecordSurvives) {
  const char* const asked = std::getenv("TWINLEDGER_POWER_CUTS");
  const int cuts = asked == nullptr ? 3 : std::atoi(asked);
  const TempDirectory directory;
  Answers answers;
  {
    const auto replica = Replica(directory);
    std::atomic<bool> enough = false;
    std::vector<std::jthread> clients;
    for (int client = 0; client < kClients; ++client) {
      clients.emplace_back([&, client] {
        for (int i = 0; !enough; ++i) {
          const std::string id = fmt::format("{}-{}", client, i);
          const writer::Command command =
              NoteCommand(id, fmt::format("entity {}", client), fmt::format("text {}", i));
          // An error is of the attempt and not of the request.
          Result<writer::Outcome> answer = Call(*replica, command);
          const auto give_up = steady_clock::now() + kPatience;
          while (!answer && steady_clock::now() < give_up) answer = Call(*replica, command);
          ASSERT_TRUE(answer) << id << ": " << answer.error().message;
          answers.Add(id, *answer);
        }
      });
    }
    const auto more = [&] {
      const std::size_t wanted = answers.outcomes().size() + kAnswersBetween;
      const auto give_up = steady_clock::now() + kPatience;
      while (answers.outcomes().size() < wanted && steady_clock::now() < give_up) {
        std::this_thread::sleep_for(5ms);
      }
      EXPECT_GE(answers.outcomes().size(), wanted);
    };
    for (int i = 0; i < cuts; ++i) {
      more();
      CutPower();
    }
    more();
    enough = true;
  }
  const auto outcomes = answers.outcomes();
  CheckAnswers(*OpenKafkaLog(address_, topics_), outcomes);
  const Checked checked = Check(outcomes);
  EXPECT_EQ(checked.exit, 0) << checked.said;
  std::printf("%d power cuts, %zu acknowledged; the checker: %s", cuts, outcomes.size(),
              checked.said.c_str());
  std::fflush(stdout);
}

TEST_F(PowerCutOnKafkaTest, WithKafkasDefaultRecordsAreLostAndMissedAtOnce) {
  const TempDirectory directory;
  log::KafkaOptions options;
  options.check_interval = 1h;  // It would find the setting.
  auto replica = Replica(directory, options);
  const ForeignHand hand(address_);
  TopicSettings settings = RightSettings(address_);
  settings.erase("flush.messages");
  hand.ChangeSettings(address_.TopicOf("registry"), settings);
  Answers answers;
  for (int i = 0; i < 40; ++i) {
    const std::string id = fmt::format("0-{}", i);
    const auto answer = Call(*replica, NoteCommand(id, "entity", fmt::format("text {}", i)));
    ASSERT_TRUE(answer) << answer.error().message;
    answers.Add(id, *answer);
  }
  const log::PartitionId partition = answers.outcomes().at("0-0").partition;
  CutPower();
  hand.ChangeSettings(address_.TopicOf("registry"), RightSettings(address_));
  const auto give_up = steady_clock::now() + kPatience;
  while (!log::KafkaLog::Open(address_, topics_) && steady_clock::now() < give_up) {
    std::this_thread::sleep_for(5ms);  // The broker hears of it from its controller.
  }

  const Checked checked = Check(answers.outcomes());
  EXPECT_EQ(checked.exit, 1);
  EXPECT_THAT(checked.said, HasSubstr("0-39: lost"));
  const auto stopped = [&](NoteSystem& system) {
    return system.runner().Status()[partition.partition].stopped;
  };
  // The replica that was there all the while.
  while (!stopped(*replica) && steady_clock::now() < give_up) std::this_thread::sleep_for(5ms);
  const std::optional<Error> running = stopped(*replica);
  ASSERT_TRUE(running);
  EXPECT_EQ(running->code, Code::kDataLoss);
  EXPECT_THAT(running->message, HasSubstr("records before it are lost"));
  // And one that starts.
  replica = nullptr;
  replica = Replica(directory);
  const std::optional<Error> restarted = stopped(*replica);
  ASSERT_TRUE(restarted);
  EXPECT_EQ(restarted->code, Code::kDataLoss);
  EXPECT_THAT(restarted->message, HasSubstr("records that were read here"));
  std::printf("by a running replica: %s\nby one that starts: %s\n", running->message.c_str(),
              restarted->message.c_str());
}

}  // namespace
}  // namespace twinledger::testing
