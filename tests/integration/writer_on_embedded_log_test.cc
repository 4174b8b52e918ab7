// Writers, projection and embedded log together, with real threads and files.
#include <absl/synchronization/blocking_counter.h>
#include <absl/synchronization/mutex.h>
#include <absl/synchronization/notification.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <map>
#include <set>
#include <thread>
#include <vector>

#include "tests/support/note_system.h"

namespace twinledger::writer {
namespace {

using namespace std::chrono_literals;
using testing::NoteCommand;
using testing::NoteSystem;

constexpr std::uint32_t kPartitions = 8;
constexpr int kClients = 64;
constexpr int kRequestsOfEach = 40;

// What was answered ok, by request id.
class Answers {
 public:
  void Add(const std::string& request_id, const Outcome& outcome) {
    absl::MutexLock lock(&mutex_);
    const auto [known, fresh] = outcomes_.emplace(request_id, outcome);
    if (!fresh) {
      EXPECT_EQ(known->second.commit_hash, outcome.commit_hash) << request_id;
    }
  }
  std::map<std::string, Outcome> outcomes() const {
    absl::MutexLock lock(&mutex_);
    return outcomes_;
  }

 private:
  mutable absl::Mutex mutex_;
  std::map<std::string, Outcome> outcomes_ ABSL_GUARDED_BY(mutex_);
};

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

  // All accepted commits of the log, read from zero.
  static std::vector<std::pair<log::PartitionId, log::AcceptedCommit>> ReadLog(log::EventLog& log) {
    const log::PartitionId root{"registry", 0};
    const Result<log::Founding> founding = log::ReadFounding(log, root, std::nullopt);
    EXPECT_TRUE(founding);
    std::map<log::PartitionId, log::ChainView> views;
    std::vector<log::ReadFrom> from;
    std::size_t left = 0;
    for (const log::PartitionId& partition : log::PartitionsOf(founding->root)) {
      views.emplace(partition, log::EmptyView(partition));
      from.push_back({partition, 0});
      left += *log.Tail(partition);
    }
    std::vector<std::pair<log::PartitionId, log::AcceptedCommit>> commits;
    auto reader = log.OpenReader(from);
    EXPECT_TRUE(reader);
    while (left > 0) {
      const auto records = (*reader)->Next(1s);
      EXPECT_TRUE(records);
      if (!records || records->empty()) break;
      for (const log::StoredRecord& stored : *records) {
        --left;
        log::ChainView& view = views.at(stored.partition);
        const log::Verdict verdict =
            log::Accept(view, *founding, log::ReadRecord(stored.offset, stored.bytes));
        const auto* accepted = std::get_if<log::AcceptedRecord>(&verdict);
        if (accepted == nullptr) continue;
        for (const auto& commit : accepted->commits) commits.emplace_back(stored.partition, commit);
        view = accepted->next;
      }
    }
    EXPECT_EQ(left, 0U);
    return commits;
  }

  // Every answer stands in the log where it says, once, and nothing else does.
  static void CheckAnswers(log::EventLog& log, const std::map<std::string, Outcome>& answers) {
    std::set<std::string> seen;
    for (const auto& [partition, accepted] : ReadLog(log)) {
      const std::string& id = accepted.commit.request_id();
      if (accepted.commit.has_control()) continue;
      EXPECT_TRUE(seen.insert(id).second) << id << " stands twice";
      ASSERT_TRUE(answers.contains(id)) << id;
      const Outcome& answer = answers.at(id);
      EXPECT_EQ(answer.partition, partition);
      EXPECT_EQ(answer.sequence, accepted.commit.sequence());
      EXPECT_EQ(answer.commit_hash, accepted.hash);
      EXPECT_EQ(answer.outcome, accepted.commit.outcome());
    }
    EXPECT_EQ(seen.size(), answers.size());
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
