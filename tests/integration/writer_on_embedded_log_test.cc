// Writers, projection and embedded log together, with real threads and files.
#include <absl/synchronization/blocking_counter.h>
#include <absl/synchronization/mutex.h>
#include <absl/synchronization/notification.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <map>
#include <thread>
#include <vector>

#include "tests/support/note_answers.h"
#include "tests/support/note_system.h"

namespace twinledger::writer {
namespace {

using namespace std::chrono_literals;
using testing::Answers;
using testing::CheckAnswers;
using testing::NoteCommand;
using testing::NoteSystem;

constexpr std::uint32_t kPartitions = 8;
constexpr int kClients = 64;
constexpr int kRequestsOfEach = 40;

class WriterOnEmbeddedLogTest : public ::testing::Test {
 protected:
  WriterOnEmbeddedLogTest() {
    std::string path = (std::filesystem::temp_directory_path() / "twinledger-XXXXXX").string();
    TL_CHECK(mkdtemp(path.data()) != nullptr);
    directory = path;
  }
  ~WriterOnEmbeddedLogTest() override { std::filesystem::remove_all(directory); }

  static Result<Outcome> Call(NoteSystem& system, const Command& command) {
    absl::Notification done;
    std::optional<Result<Outcome>> answer;
    system.Submit(command, [&](const Result<Outcome>& result) {
      answer.emplace(result);
      done.Notify();
    });
    done.WaitForNotification();
    return *std::move(answer);
  }

  // Every client sends its requests one by one, and each twice.
  static void RunClients(NoteSystem& system, Answers& answers) {
    std::vector<std::jthread> clients;
    for (int client = 0; client < kClients; ++client) {
      clients.emplace_back([&system, &answers, client] {
        for (int i = 0; i < kRequestsOfEach; ++i) {
          const std::string id = std::to_string(client) + "-" + std::to_string(i);
          const std::string text = i % 10 == 9 ? "no" : "text " + std::to_string(i / 2);
          const Command command = NoteCommand(id, "entity " + std::to_string(client), text);
          absl::BlockingCounter both(2);
          for (int copy = 0; copy < 2; ++copy) {
            system.Submit(command, [&](const Result<Outcome>& result) {
              EXPECT_TRUE(result) << result.error().message;
              if (result) answers.Add(id, *result);
              both.DecrementCount();
            });
          }
          both.Wait();
        }
      });
    }
  }

  std::filesystem::path directory;
};

TEST_F(WriterOnEmbeddedLogTest, SixtyFourClientsAreAnsweredFromTheLogExactlyOnce) {
  Answers answers;
  NoteSystem system(directory, kPartitions);
  RunClients(system, answers);
  ASSERT_EQ(answers.outcomes().size(), std::size_t{kClients * kRequestsOfEach});
  CheckAnswers(system.log(), answers.outcomes());
}

// Of those that are let in, some never bring a command: nobody waits for them longer than a round.
TEST_F(WriterOnEmbeddedLogTest, WhatWaitsForCommandsThatNeverComeIsAnsweredAllTheSame) {
  NoteSystem system(directory, kPartitions);
  std::vector<std::shared_ptr<ExpectedCommands::Place>> places;
  for (int i = 0; i < ExpectedCommands::kMany; ++i) places.push_back(system.writer().Expect());
  Answers answers;
  RunClients(system, answers);
  ASSERT_EQ(answers.outcomes().size(), std::size_t{kClients * kRequestsOfEach});
  CheckAnswers(system.log(), answers.outcomes());
  // One alone, with nothing that comes after it.
  EXPECT_TRUE(Call(system, NoteCommand("alone", "a", "one")));
}

TEST_F(WriterOnEmbeddedLogTest, RepeatedRequestsGetTheirFirstOutcomeAfterARestart) {
  Answers answers;
  { RunClients(*std::make_unique<NoteSystem>(directory, kPartitions), answers); }
  const std::map<std::string, Outcome> before = answers.outcomes();
  NoteSystem restarted(directory, kPartitions);
  RunClients(restarted, answers);
  EXPECT_EQ(answers.outcomes().size(), before.size());
  CheckAnswers(restarted.log(), before);
}

TEST_F(WriterOnEmbeddedLogTest, ARestartAnswersInTheMiddleOfTheLoad) {
  Answers answers;
  std::map<std::string, Command> open;
  absl::Mutex mutex;
  {
    NoteSystem system(directory, kPartitions);
    for (int i = 0; i < 2000; ++i) {
      const std::string id = std::to_string(i);
      const Command command = NoteCommand(id, "entity " + std::to_string(i % 50), id);
      {
        absl::MutexLock lock(&mutex);
        open.emplace(id, command);
      }
      system.Submit(command, [&, id](const Result<Outcome>& result) {
        if (!result) return;
        answers.Add(id, *result);
        absl::MutexLock lock(&mutex);
        open.erase(id);
      });
    }
  }
  NoteSystem restarted(directory, kPartitions);
  for (const auto& [id, command] : open) {
    const Result<Outcome> outcome = Call(restarted, command);
    ASSERT_TRUE(outcome) << outcome.error().message;
    answers.Add(id, *outcome);
  }
  EXPECT_EQ(answers.outcomes().size(), 2000U);
  CheckAnswers(restarted.log(), answers.outcomes());
}

TEST_F(WriterOnEmbeddedLogTest, ItsStatusCountsWhatHappened) {
  NoteSystem system(directory, 1);
  ASSERT_TRUE(Call(system, NoteCommand("r1", "a", "one")));
  ASSERT_TRUE(Call(system, NoteCommand("r2", "a", "one")));
  ASSERT_TRUE(Call(system, NoteCommand("r3", "a", "no")));
  absl::Notification published;
  system.runner().Post([&] { published.Notify(); });
  published.WaitForNotification();
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  WriterStatus status;
  do {
    std::this_thread::yield();
    status = system.writer().Status().at(0);
  } while (status.counts.refused == 0 && std::chrono::steady_clock::now() < deadline);
  EXPECT_EQ(status.state, PartitionWriter::State::kRunning);
  EXPECT_EQ(status.counts.records, 3U);
  EXPECT_EQ(status.counts.done, 1U);
  EXPECT_EQ(status.counts.unchanged, 1U);
  EXPECT_EQ(status.counts.refused, 1U);
  EXPECT_EQ(status.queued, 0U);
}

}  // namespace
}  // namespace twinledger::writer
