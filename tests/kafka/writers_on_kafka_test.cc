// Replicas on one log on Kafka: each with its own connections, projection and writers, all writing
// to the same partitions all the time. Method: clients send every request to both replicas at once
// and repeat it until it is answered; then the topics are read from zero and held against the
// answers.
#include <absl/synchronization/notification.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "platform/crypto/hash.h"
#include "platform/log/kafka/kafka_log.h"
#include "tests/kafka/acknowledgements.h"
#include "tests/kafka/broker.h"
#include "tests/kafka/foreign_hand.h"
#include "tests/support/note_answers.h"
#include "tests/support/note_system.h"
#include "tests/support/temp_directory.h"

namespace twinledger::writer {
namespace {

using namespace std::chrono_literals;
using testing::Answers;
using testing::NoteCommand;
using testing::NoteSystem;

constexpr std::uint32_t kPartitions = 2;
constexpr int kClients = 16;
constexpr int kRequestsOfEach = 12;

// For tests/kafka/checker, if a file is asked for.
void WriteForChecker(const log::KafkaAddress& address, log::EventLog& log,
                     const std::map<std::string, Outcome>& answers) {
  const char* path = std::getenv("TWINLEDGER_ACKNOWLEDGEMENTS");
  if (path == nullptr) return;
  const auto founding = log::ReadFounding(log, {"registry", 0}, std::nullopt);
  ASSERT_TRUE(founding.ok()) << founding.error().message;
  std::vector<testing::Acknowledgement> all;
  for (const auto& [id, answer] : answers) {
    all.push_back({id, answer.partition, answer.sequence, crypto::Hex(answer.commit_hash)});
  }
  testing::WriteAcknowledgements(path, address, founding->root_hash, all);
}

class WritersOnKafkaTest : public ::testing::Test {
 protected:
  WritersOnKafkaTest() { testing::CreateKafkaLog(address, topics); }

  std::unique_ptr<NoteSystem> Replica(const testing::TempDirectory& directory) const {
    log::KafkaOptions options;
    options.append_timeout = 3s;
    options.request_timeout = 2s;
    options.check_interval = 200ms;
    return std::make_unique<NoteSystem>(testing::OpenKafkaLog(address, topics, options),
                                        directory.path(), kPartitions);
  }

  static Result<Outcome> Call(NoteSystem& system, const Command& command) {
    absl::Notification done;
    std::optional<Result<Outcome>> answer;
    system.Submit(
        command,
        [&](const Result<Outcome>& result) {
          answer.emplace(result);
          done.Notify();
        },
        10s);
    done.WaitForNotification();
    return *std::move(answer);
  }

  // An error is of the attempt and not of the request.
  static void CallUntilAnswered(NoteSystem& system, const Command& command, Answers& answers) {
    const auto deadline = std::chrono::steady_clock::now() + 120s;
    Result<Outcome> answer = Call(system, command);
    while (!answer && std::chrono::steady_clock::now() < deadline) answer = Call(system, command);
    ASSERT_TRUE(answer) << command.request_id << ": " << answer.error().message;
    answers.Add(command.request_id, *answer);
  }

  static std::string RequestId(int client, int number) {
    return std::to_string(client) + "-" + std::to_string(number);
  }

  // One client's requests, one after another, each to all replicas at once.
  static void RunClient(const std::vector<NoteSystem*>& replicas, int client, Answers& answers) {
    for (int i = 0; i < kRequestsOfEach; ++i) {
      const std::string text = i % 6 == 5 ? "no" : "text " + std::to_string(i / 2);
      const Command command =
          NoteCommand(RequestId(client, i), "entity " + std::to_string(client), text);
      std::vector<std::jthread> calls;
      for (NoteSystem* replica : replicas) {
        calls.emplace_back([&, replica] { CallUntilAnswered(*replica, command, answers); });
      }
    }
  }

  static void RunClients(const std::vector<NoteSystem*>& replicas, Answers& answers) {
    std::vector<std::jthread> clients;
    for (int client = 0; client < kClients; ++client) {
      clients.emplace_back([&, client] { RunClient(replicas, client, answers); });
    }
  }

  static void CheckOrderOfEachClient(const std::map<std::string, Outcome>& answers) {
    for (int client = 0; client < kClients; ++client) {
      for (int i = 1; i < kRequestsOfEach; ++i) {
        EXPECT_LT(answers.at(RequestId(client, i - 1)).sequence,
                  answers.at(RequestId(client, i)).sequence)
            << client << ", request " << i;
      }
    }
  }

  const log::KafkaAddress address = testing::FreshKafkaAddress();
  const log::KafkaTopics topics{{"registry"}, kPartitions};
};

TEST_F(WritersOnKafkaTest, TwoReplicasOnTheSamePartitionsAnswerEachRequestOnceAndInOrder) {
  const testing::TempDirectory here;
  const testing::TempDirectory there;
  Answers answers;
  {
    const auto one = Replica(here);
    const auto other = Replica(there);
    RunClients({one.get(), other.get()}, answers);
  }
  const auto log = testing::OpenKafkaLog(address, topics);
  const std::map<std::string, Outcome> outcomes = answers.outcomes();
  ASSERT_EQ(outcomes.size(), std::size_t{kClients * kRequestsOfEach});
  testing::CheckAnswers(*log, outcomes);
  CheckOrderOfEachClient(outcomes);

  std::uint64_t records = 0;
  for (std::uint32_t i = 0; i < kPartitions; ++i) records += *log->Tail({"registry", i});
  RecordProperty("records", std::to_string(records));
  std::printf("%zu requests in %llu records\n", outcomes.size(),
              static_cast<unsigned long long>(records));

  // A replica that starts from nothing answers the same from what it reads.
  const testing::TempDirectory fresh;
  const auto restarted = Replica(fresh);
  RunClients({restarted.get()}, answers);
  EXPECT_EQ(answers.outcomes().size(), outcomes.size());
  testing::CheckAnswers(*log, outcomes);
  WriteForChecker(address, *log, outcomes);
}

TEST_F(WritersOnKafkaTest, ABrokerThatIsKilledUnderLoadLosesAndDoublesNothing) {
  const testing::TempDirectory here;
  const testing::TempDirectory there;
  Answers answers;
  const auto one = Replica(here);
  const auto other = Replica(there);
  {
    const std::jthread load([&] { RunClients({one.get(), other.get()}, answers); });
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    while (answers.outcomes().size() < 3 * kClients &&
           std::chrono::steady_clock::now() < deadline) {
      std::this_thread::yield();
    }
    testing::KillBroker();
    EXPECT_LT(answers.outcomes().size(), std::size_t{kClients * kRequestsOfEach});
    testing::StartBroker();
  }
  const std::map<std::string, Outcome> outcomes = answers.outcomes();
  ASSERT_EQ(outcomes.size(), std::size_t{kClients * kRequestsOfEach});
  testing::CheckAnswers(*testing::OpenKafkaLog(address, topics), outcomes);
  CheckOrderOfEachClient(outcomes);
}

TEST_F(WritersOnKafkaTest, AWrongSettingHoldsCommandsUpUntilItIsMended) {
  const testing::TempDirectory here;
  const auto replica = Replica(here);
  const testing::ForeignHand hand(address);
  const std::string topic = address.TopicOf("registry");
  ASSERT_TRUE(Call(*replica, NoteCommand("1", "entity", "one")));
  testing::TopicSettings wrong = testing::RightSettings(address);
  wrong["retention.ms"] = "3600000";
  hand.ChangeSettings(topic, wrong);
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  Result<Outcome> answer = Error{};
  int number = 2;
  do {
    answer = Call(*replica, NoteCommand(std::to_string(++number), "entity", "two"));
  } while (answer && std::chrono::steady_clock::now() < deadline);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kUnavailable);
  EXPECT_NE(answer.error().message.find("retention.ms is 3600000"), std::string::npos)
      << answer.error().message;

  hand.ChangeSettings(topic, testing::RightSettings(address));
  Answers answers;
  CallUntilAnswered(*replica, NoteCommand("last", "entity", "three"), answers);
  EXPECT_EQ(answers.outcomes().size(), 1U);
}

}  // namespace
}  // namespace twinledger::writer
