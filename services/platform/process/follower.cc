#include "platform/process/follower.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "platform/base/check.h"
#include "platform/projection/consistency.h"
#include "platform/projection/platform_tables.h"

namespace twinledger::process {
namespace {

constexpr int kNiceness = 10;  // Of 19; a tenth of a thread's share where all want the processor.

// More than so many commits in a look are not looked at one by one: every subject is due.
constexpr log::Sequence kCommitsMost = 10'000;

log::Sequence SequenceIn(const store::Cut& cut, const log::PartitionId& partition) {
  const auto found = cut.find(partition);
  return found == cut.end() ? 0 : found->second;
}

using Entities = std::set<std::pair<std::string, std::string>>;  // Types and ids.

// Those that commits behind `seen` and up to `end` changed.
Result<void> AddEntities(const store::KeyValueReader& source, const log::PartitionId& partition,
                         log::Sequence seen, log::Sequence end, Entities& entities) {
  const store::CutReader rows(source);
  for (log::Sequence at = seen + 1; at <= end; ++at) {
    TL_TRY(const auto commit,
           rows.Get(projection::kCommits, projection::SequenceKey(partition, at)));
    if (!commit || commit->outcome() != log::v1::OUTCOME_DONE) continue;
    entities.emplace(commit->key().type(), commit->key().id());
  }
  return {};
}

}  // namespace

// Where other threads leave what the follower's thread takes.
class Follower::Mailbox {
 public:
  struct Answer {
    std::string subject;
    Result<writer::Outcome> outcome;
  };

  void Put(Answer answer) {
    const std::lock_guard lock(mutex_);
    answers_.push_back(std::move(answer));
    wake_.notify_one();
  }

  void Stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    wake_.notify_one();
  }

  // Until something was left, it is stopped, or `wait` has passed. False once it is stopped.
  bool Take(std::chrono::milliseconds wait, std::vector<Answer>& answers) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, wait, [this] { return stopped_ || !answers_.empty(); });
    answers.swap(answers_);
    return !stopped_;
  }

  bool stopped() const {
    const std::lock_guard lock(mutex_);
    return stopped_;
  }

  void SetStatus(FollowerStatus status) {
    const std::lock_guard lock(mutex_);
    status_ = std::move(status);
  }
  FollowerStatus status() const {
    const std::lock_guard lock(mutex_);
    return status_;
  }

 private:
  mutable std::mutex mutex_;  // Of all below.
  std::condition_variable wake_;
  std::vector<Answer> answers_;
  bool stopped_ = false;
  FollowerStatus status_;
};

Follower::Follower(std::unique_ptr<Process> process, const FollowerParts& parts,
                   FollowerOptions options)
    : process_(std::move(process)),
      parts_(parts),
      options_(options),
      mailbox_(std::make_shared<Mailbox>()),
      agenda_(options.agenda) {}

Follower::~Follower() { Stop(); }

void Follower::Start() {
  TL_CHECK(!thread_.joinable());
  thread_ = std::thread([this] { Run(); });
}

void Follower::Stop() {
  mailbox_->Stop();
  if (thread_.joinable()) thread_.join();
}

FollowerStatus Follower::Status() const { return mailbox_->status(); }

void Follower::Run() {
  // Linux keeps it for each thread. What follows from events can wait a moment: who calls cannot.
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNiceness);
  std::vector<Mailbox::Answer> answers;
  while (mailbox_->Take(WaitTime(), answers)) {
    for (Mailbox::Answer& answer : std::exchange(answers, {})) {
      Open& open = open_.at(answer.subject);
      --open.unanswered;
      if (!answer.outcome) {
        open.failed = std::move(answer.outcome).error();
      } else if (answer.outcome->outcome == log::v1::OUTCOME_REFUSED) {
        open.refused = true;
      }
    }
    if (!parts_.runner.CaughtUp()) continue;
    TakeAnswers();
    if (const Result<void> observed = Observe(); observed) {
      troubles_.erase("");
      Work();
    } else {
      troubles_.insert_or_assign("", observed.error());
    }
    Publish();
  }
}

std::chrono::milliseconds Follower::WaitTime() const {
  std::chrono::milliseconds wait = options_.look_every;
  if (const auto retry = agenda_.NextRetry()) {
    const auto until =
        std::chrono::ceil<std::chrono::milliseconds>(*retry - parts_.clock.Monotonic());
    wait = std::clamp(until, std::chrono::milliseconds(1), wait);
  }
  return wait;
}

// Takes the newest rows, and notes what has changed since the last ones.
Result<void> Follower::Observe() {
  Moment moment{parts_.runner.Snapshot(), {}};
  TL_TRY(moment.cut, projection::CutOf(*moment.rows, parts_.founding, process_->streams()));
  agenda_.OnDay(DayOf(parts_.clock.Now() - options_.day_grace));
  const std::optional<Moment> before = std::exchange(moment_, std::move(moment));
  Result<void> noted = before ? TouchBetween(before->cut) : AddSubjects();
  if (!noted) moment_ = before;  // What was not noted is noted another time.
  return noted;
}

Result<void> Follower::AddSubjects() {
  TL_TRY(const std::vector<std::string> subjects, process_->Subjects(*moment_));
  for (const std::string& subject : subjects) TL_TRY_VOID(Add(subject));
  return {};
}

Result<void> Follower::Add(const std::string& subject) {
  if (agenda_.Knows(subject)) return {};
  TL_TRY(const Day settled, process_->SettledUntil(*moment_, subject, *agenda_.today()));
  agenda_.Add(subject, std::min(settled, *agenda_.today() - 1));
  return {};
}

Result<void> Follower::TouchBetween(const store::Cut& seen) {
  log::Sequence commits = 0;
  for (const auto& [partition, end] : moment_->cut) commits += end - SequenceIn(seen, partition);
  if (commits > kCommitsMost) return TouchAll();
  Entities entities;
  for (const auto& [partition, end] : moment_->cut) {
    TL_TRY_VOID(AddEntities(*moment_->rows, partition, SequenceIn(seen, partition), end, entities));
  }
  for (const auto& [type, id] : entities) {
    log::v1::EntityKey key;
    key.set_type(type);
    key.set_id(id);
    TL_TRY(const std::vector<std::string> touched, process_->TouchedBy(*moment_, key));
    for (const std::string& subject : touched) {
      TL_TRY_VOID(Add(subject));
      agenda_.Touch(subject);
    }
  }
  return {};
}

Result<void> Follower::TouchAll() {
  TL_TRY_VOID(AddSubjects());
  TL_TRY(const std::vector<std::string> all, process_->Subjects(*moment_));
  for (const std::string& subject : all) agenda_.Touch(subject);
  return {};
}

void Follower::Work() {
  const MonotonicTime began = parts_.clock.Monotonic();
  if (began < rests_until_) return;
  while (!mailbox_->stopped()) {
    const std::optional<Task> task = agenda_.Take(parts_.clock.Monotonic());
    if (!task) break;
    Look(*task);
  }
  const MonotonicTime ended = parts_.clock.Monotonic();
  rests_until_ = ended + std::min<MonotonicTime::duration>(
                             (ended - began) * options_.rests_for_work, options_.rest_most);
}

void Follower::Look(const Task& task) {
  Result<Finding> found = process_->Look(*moment_, task);
  if (!found) return Fail(task, found.error());
  if (!found->commands.empty()) return Submit(task, *std::move(found));
  troubles_.erase(task.subject);
  agenda_.Settle(task, found->day);
}

void Follower::Submit(const Task& task, Finding finding) {
  open_[task.subject] = Open{task, finding.day, finding.commands.size()};
  const MonotonicTime deadline = parts_.clock.Monotonic() + options_.answer_within;
  for (writer::Command& command : finding.commands) {
    parts_.writer.Submit(
        std::move(command), deadline,
        [mailbox = mailbox_, subject = task.subject](const Result<writer::Outcome>& outcome) {
          mailbox->Put({subject, outcome});
        });
  }
}

// An outcome stands in the rows that are taken from now on.
void Follower::TakeAnswers() {
  for (auto at = open_.begin(); at != open_.end();) {
    const Open& open = at->second;
    if (open.unanswered > 0) {
      ++at;
      continue;
    }
    if (open.failed) {
      Fail(open.task, *open.failed);
    } else if (open.refused) {
      // Another was faster: what it recorded is looked at in a moment.
      agenda_.Fail(open.task, parts_.clock.Monotonic());
    } else {
      troubles_.erase(open.task.subject);
      agenda_.Settle(open.task, open.day);
    }
    at = open_.erase(at);
  }
}

void Follower::Fail(const Task& task, const Error& why) {
  troubles_.insert_or_assign(task.subject, why);
  agenda_.Fail(task, parts_.clock.Monotonic());
}

void Follower::Publish() {
  FollowerStatus status{.subjects = agenda_.subjects(),
                        .due = agenda_.due(),
                        .at_work = agenda_.at_work(),
                        .failing = agenda_.failing(),
                        .today = agenda_.today()};
  if (moment_) status.cut = moment_->cut;
  status.idle = moment_ && status.due + status.at_work + status.failing == 0;
  if (status.idle) {
    unsettled_since_.reset();
  } else if (!unsettled_since_) {
    unsettled_since_ = parts_.clock.Monotonic();
  }
  status.unsettled_since = unsettled_since_;
  if (!troubles_.empty()) status.trouble = troubles_.begin()->second;
  mailbox_->SetStatus(std::move(status));
}

}  // namespace twinledger::process
