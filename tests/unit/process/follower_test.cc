// The follower with a runner, writers and an embedded log: what its process asks for is recorded,
// once.
#include "platform/process/follower.h"

#include <absl/synchronization/mutex.h>
#include <absl/synchronization/notification.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <set>
#include <vector>

#include "platform/projection/consistency.h"
#include "tests/support/manual_clock.h"
#include "tests/support/note_answers.h"
#include "tests/support/note_system.h"
#include "tests/support/temp_directory.h"

namespace twinledger::process {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using testing::NoteCommand;
using testing::NoteProjection;
using testing::NoteSystem;

constexpr std::uint32_t kPartitions = 4;
constexpr std::string_view kSeen = ", seen";
constexpr Day kBegin = 20'000;

// Marks each note as seen, and keeps what it was asked.
struct Asked {
  absl::Mutex mutex;
  std::vector<Task> tasks ABSL_GUARDED_BY(mutex);
  std::set<std::string> unreadable ABSL_GUARDED_BY(mutex);  // Looks at these fail.
};

// The day is the test's to say; pauses and deadlines pass by themselves.
class DayClock final : public Clock {
 public:
  explicit DayClock(WallTime now) : wall_(now) {}
  WallTime Now() const override { return wall_.Now(); }
  MonotonicTime Monotonic() const override { return system_.Monotonic(); }
  void Advance(std::chrono::microseconds by) { wall_.Advance(by); }

 private:
  support::ManualClock wall_;
  SystemClock system_;
};

class SeeNotes final : public Process {
 public:
  explicit SeeNotes(Asked& asked) : asked_(asked) {}

  std::vector<std::string> streams() const override { return {"registry"}; }

  Result<std::vector<std::string>> Subjects(const Moment& moment) override {
    std::vector<std::string> all;
    TL_TRY_VOID(store::CutReader(*moment.rows)
                    .Scan(NoteProjection::kNotes, {}, {}, [&](const store::RowVersion& note) {
                      all.push_back(note.key[1]);
                      return true;
                    }));
    return all;
  }

  Result<std::vector<std::string>> TouchedBy(const Moment& /*moment*/,
                                             const log::v1::EntityKey& entity) override {
    return std::vector{entity.id()};
  }

  Result<Day> SettledUntil(const Moment& /*moment*/, const std::string& /*subject*/,
                           Day today) override {
    return today - 1;
  }

  Result<Finding> Look(const Moment& moment, const Task& task) override {
    {
      const absl::MutexLock lock(&asked_.mutex);
      asked_.tasks.push_back(task);
      if (asked_.unreadable.contains(task.subject)) {
        return Error{Code::kInternal, task.subject + " cannot be read", "UNREADABLE"};
      }
    }
    TL_TRY(const auto note, store::CutReader(*moment.rows, moment.cut)
                                .Find(NoteProjection::kNotes, {"council", task.subject}));
    Finding finding{task.last, {}};
    if (note && !note->bytes.ends_with(kSeen)) {
      const std::string text = note->bytes + std::string(kSeen);
      finding.commands.push_back(NoteCommand(
          fmt::format("{}/{}/{}", task.subject, log::ToString(note->partition), note->sequence),
          task.subject, text, "process"));
    }
    return finding;
  }

 private:
  Asked& asked_;
};

class FollowerTest : public ::testing::Test {
 protected:
  FollowerTest() : system_(std::make_unique<NoteSystem>(directory_.path(), kPartitions)) {}
  ~FollowerTest() override { follower_.reset(); }

  void Follow() {
    founding_ = *log::ReadFounding(system_->log(), {"registry", 0}, std::nullopt);
    follower_ = std::make_unique<Follower>(
        std::make_unique<SeeNotes>(asked_),
        FollowerParts{system_->runner(), system_->writer(), founding_, days_},
        FollowerOptions{.agenda = {.retry_first = 1ms}, .look_every = 1ms});
    follower_->Start();
  }

  void Write(const std::string& entity, const std::string& text) {
    absl::Notification done;
    system_->Submit(NoteCommand(fmt::format("request-{}", ++requests_), entity, text),
                    [&](const Result<writer::Outcome>& outcome) {
                      EXPECT_TRUE(outcome);
                      done.Notify();
                    });
    done.WaitForNotification();
  }

  std::string NoteOf(const std::string& entity) {
    const auto rows = system_->runner().Snapshot();
    const auto note = store::CutReader(*rows).Find(NoteProjection::kNotes, {"council", entity});
    return *note ? (*note)->bytes : "";
  }

  // Until nothing is missing at what is recorded now.
  FollowerStatus Idle() {
    while (true) {
      const store::Cut now =
          *projection::CutOf(*system_->runner().Snapshot(), founding_, {"registry"});
      FollowerStatus status = follower_->Status();
      if (status.idle && status.cut == now && status.today == DayOf(days_.Now() - 60s))
        return status;
      std::this_thread::yield();
    }
  }

  std::size_t Commits() { return testing::ReadLog(system_->log()).size(); }

  testing::TempDirectory directory_;
  std::unique_ptr<NoteSystem> system_;
  log::Founding founding_;
  DayClock days_{EndOf(kBegin)};
  Asked asked_;
  std::unique_ptr<Follower> follower_;
  int requests_ = 0;
};

TEST_F(FollowerTest, WhatWasRecordedBeforeTheStartAndBehindItIsFollowed) {
  Write("hutt", "a");
  Follow();
  Idle();
  EXPECT_EQ(NoteOf("hutt"), "a, seen");
  Write("hutt", "b");
  Write("nelson", "c");
  Idle();
  EXPECT_EQ(NoteOf("hutt"), "b, seen");
  EXPECT_EQ(NoteOf("nelson"), "c, seen");
}

TEST_F(FollowerTest, ARestartFindsNothingMissing) {
  for (int i = 0; i < 50; ++i) Write(fmt::format("council-{}", i), "a");
  Follow();
  Idle();
  const std::size_t commits = Commits();
  EXPECT_EQ(commits, 100 + kPartitions);
  follower_.reset();
  system_.reset();
  system_ = std::make_unique<NoteSystem>(directory_.path(), kPartitions);
  Follow();
  EXPECT_EQ(Idle().subjects, 50U);
  EXPECT_EQ(Commits(), commits);
}

TEST_F(FollowerTest, OfTwoThatFollowOneLogEachThingIsRecordedOnce) {
  Follow();
  Asked others;
  Follower other(std::make_unique<SeeNotes>(others),
                 {system_->runner(), system_->writer(), founding_, days_}, {.look_every = 1ms});
  other.Start();
  constexpr int kNotes = 200;
  for (int i = 0; i < kNotes; ++i) Write(fmt::format("council-{}", i % 20), fmt::format("{}", i));
  Idle();
  std::set<std::string> ids;
  for (const auto& [partition, accepted] : testing::ReadLog(system_->log())) {
    if (accepted.commit.actor() != "process") continue;
    EXPECT_TRUE(ids.insert(accepted.commit.request_id()).second) << "twice";
    EXPECT_EQ(accepted.commit.outcome(), log::v1::OUTCOME_DONE);
  }
  EXPECT_GE(ids.size(), 20U);
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(NoteOf(fmt::format("council-{}", i)).ends_with(kSeen)) << i;
  }
}

TEST_F(FollowerTest, ADayThatEndedIsLookedAtOnceItsLastCommitsAreIn) {
  Write("hutt", "a, seen");
  Follow();
  Idle();
  days_.Advance(59s);
  EXPECT_EQ(Idle().today, kBegin);
  days_.Advance(std::chrono::days(3));
  EXPECT_EQ(Idle().today, kBegin + 3);
  const absl::MutexLock lock(&asked_.mutex);
  EXPECT_THAT(asked_.tasks,
              ElementsAre(Task{"hutt", kBegin, kBegin}, Task{"hutt", kBegin + 1, kBegin + 3}));
}

TEST_F(FollowerTest, WhatCannotBeLookedAtIsToldAndTriedAgain) {
  Write("hutt", "a");
  {
    const absl::MutexLock lock(&asked_.mutex);
    asked_.unreadable = {"hutt"};
  }
  Follow();
  while (!follower_->Status().trouble) std::this_thread::yield();
  EXPECT_EQ(follower_->Status().trouble->reason, "UNREADABLE");
  Write("nelson", "b");
  while (NoteOf("nelson") != "b, seen") std::this_thread::yield();
  {
    const absl::MutexLock lock(&asked_.mutex);
    asked_.unreadable.clear();
  }
  EXPECT_EQ(Idle().trouble, std::nullopt);
  EXPECT_EQ(NoteOf("hutt"), "a, seen");
}

}  // namespace
}  // namespace twinledger::process
