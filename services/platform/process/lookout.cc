#include "platform/process/lookout.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "platform/base/planted_bug.h"
#include "platform/projection/commit_of_row.h"
#include "platform/projection/consistency.h"
#include "platform/projection/platform_tables.h"

namespace twinledger::process {
namespace {

// More than so many commits in a look are not looked at one by one: every subject is due.
constexpr log::Sequence kCommitsMost = 10'000;

log::Sequence SequenceIn(const store::Cut& cut, const log::PartitionId& partition) {
  const auto found = cut.find(partition);
  return found == cut.end() ? 0 : found->second;
}

// Types and ids; of each, the first day of a commit that changed it.
using Entities = std::map<std::pair<std::string, std::string>, Day>;

Day RecordedOn(const projection::v1::CommitRow& commit) {
  return DayOf(WallTime(std::chrono::microseconds(commit.record_time_us())));
}

// Those that commits behind `seen` and up to `end` changed.
Result<void> AddEntities(const store::KeyValueReader& source, const log::PartitionId& partition,
                         log::Sequence seen, log::Sequence end, Entities& entities) {
  return projection::VisitCommits(
      source, partition, seen, end, [&](const projection::v1::CommitRow& commit) -> Result<void> {
        if (commit.outcome() != log::v1::OUTCOME_DONE) return {};
        const Day day = RecordedOn(commit);
        const auto [at_it, added] =
            entities.try_emplace({commit.key().type(), commit.key().id()}, day);
        if (!added) at_it->second = std::min(at_it->second, day);
        return {};
      });
}

}  // namespace

Lookout::Lookout(std::unique_ptr<Process> process, const log::Founding& founding,
                 Environment& environment, const FollowerOptions& options)
    : process_(std::move(process)),
      founding_(founding),
      environment_(environment),
      options_(options),
      agenda_(options.agenda) {}

void Lookout::OnAnswer(const std::string& subject, const Result<writer::Outcome>& answer) {
  Open& open = open_.at(subject);
  --open.unanswered;
  if (!answer) {
    open.failed = answer.error();
  } else if (answer->outcome == log::v1::OUTCOME_REFUSED) {
    open.refused = true;
  }
}

void Lookout::Turn() {
  TakeAnswers();
  if (const Result<void> observed = Observe(); observed) {
    troubles_.erase("");
    Work();
  } else {
    troubles_.insert_or_assign("", observed.error());
  }
  if (IsIdle()) {
    unsettled_since_.reset();
  } else if (!unsettled_since_) {
    unsettled_since_ = environment_.Monotonic();
  }
}

bool Lookout::IsIdle() const {
  return moment_ && agenda_.due() + agenda_.at_work() + agenda_.failing() == 0;
}

std::chrono::milliseconds Lookout::Pause() const {
  std::chrono::milliseconds pause = options_.look_every;
  if (const auto retry = agenda_.NextRetry()) {
    const auto until =
        std::chrono::ceil<std::chrono::milliseconds>(*retry - environment_.Monotonic());
    pause = std::clamp(until, std::chrono::milliseconds(1), pause);
  }
  return pause;
}

// Takes the newest rows, and notes what has changed since the last ones.
Result<void> Lookout::Observe() {
  Moment moment{environment_.Rows(), {}};
  TL_TRY(moment.cut, projection::CutOf(*moment.rows, founding_, process_->streams()));
  store::Cut recorded;
  if (const std::string stream = process_->recorded_in(); !stream.empty()) {
    TL_TRY(recorded, projection::CutOf(*moment.rows, founding_, {stream}));
  }
  agenda_.OnDay(DayOf(environment_.Now() - options_.day_grace));
  const std::optional<Moment> before = std::exchange(moment_, std::move(moment));
  Result<void> noted = before ? TouchBetween(before->cut) : AddSubjects();
  if (noted && before) noted = TouchRecorded(recorded);
  if (noted) {
    recorded_ = std::move(recorded);
  } else {
    moment_ = before;  // What was not noted is noted another time.
  }
  return noted;
}

Result<void> Lookout::AddSubjects() {
  if (Planted(PlantedBug::kAgendaForgotten)) return {};
  TL_TRY(const std::vector<std::string> subjects, process_->Subjects(*moment_));
  for (const std::string& subject : subjects) TL_TRY_VOID(Add(subject));
  return {};
}

Result<void> Lookout::Add(const std::string& subject) {
  if (agenda_.Knows(subject)) return {};
  TL_TRY(const Day settled, process_->SettledUntil(*moment_, subject, *agenda_.today()));
  agenda_.Add(subject, std::min(settled, *agenda_.today() - 1));
  return {};
}

Result<void> Lookout::TouchBetween(const store::Cut& seen) {
  log::Sequence commits = 0;
  Day first = *agenda_.today();
  for (const auto& [partition, end] : moment_->cut) {
    const log::Sequence begin = SequenceIn(seen, partition);
    commits += end - begin;
    if (begin == end) continue;
    // Record times never go back.
    TL_TRY(const auto commit,
           store::CutReader(*moment_->rows)
               .Get(projection::kCommits, projection::SequenceKey(partition, begin + 1)));
    if (commit) first = std::min(first, RecordedOn(*commit));
  }
  if (commits > kCommitsMost) return TouchAll(first);
  Entities entities;
  for (const auto& [partition, end] : moment_->cut) {
    TL_TRY_VOID(AddEntities(*moment_->rows, partition, SequenceIn(seen, partition), end, entities));
  }
  for (const auto& [entity, day] : entities) {
    log::v1::EntityKey key;
    key.set_type(entity.first);
    key.set_id(entity.second);
    TL_TRY(const std::vector<std::string> touched, process_->TouchedBy(*moment_, key));
    for (const std::string& subject : touched) {
      TL_TRY_VOID(Add(subject));
      agenda_.Touch(subject, Planted(PlantedBug::kTouchedToday) ? *agenda_.today() : day);
    }
  }
  return {};
}

// What is recorded under an id that was asked for here is what was found missing here.
Result<void> Lookout::TouchRecorded(const store::Cut& now) {
  for (const auto& [partition, end] : now) {
    const log::Sequence seen = SequenceIn(recorded_, partition);
    std::set<std::string> others;
    const auto note = [&](const projection::v1::CommitRow& commit) -> Result<void> {
      if (commit.outcome() != log::v1::OUTCOME_DONE) return {};
      TL_TRY(const std::vector<std::string> touched, process_->TouchedBy(*moment_, commit.key()));
      for (const std::string& subject : touched) {
        const auto asked = asked_.find(subject);
        if (asked != asked_.end() && asked->second.contains(commit.request_id())) continue;
        others.insert(subject);
      }
      return {};
    };
    TL_TRY_VOID(projection::VisitCommits(*moment_->rows, partition, seen, end, note));
    for (const std::string& subject : others) {
      TL_TRY(const std::optional<Day> since,
             process_->RecordedSince(*moment_, subject, partition, seen));
      if (since) agenda_.Touch(subject, *since);
    }
  }
  return {};
}

Result<void> Lookout::TouchAll(Day since) {
  TL_TRY_VOID(AddSubjects());
  TL_TRY(const std::vector<std::string> all, process_->Subjects(*moment_));
  for (const std::string& subject : all) agenda_.Touch(subject, since);
  return {};
}

void Lookout::Work() {
  const MonotonicTime began = environment_.Monotonic();
  if (began < rests_until_) return;
  while (!environment_.Stopping()) {
    const std::optional<Task> task = agenda_.Take(environment_.Monotonic());
    if (!task) break;
    Look(*task);
  }
  const MonotonicTime ended = environment_.Monotonic();
  rests_until_ = ended + std::min<MonotonicTime::duration>(
                             (ended - began) * options_.rests_for_work, options_.rest_most);
}

void Lookout::Look(const Task& task) {
  Result<Finding> found = process_->Look(*moment_, task);
  if (!found) return Fail(task, found.error());
  if (!found->commands.empty()) return Submit(task, *std::move(found));
  troubles_.erase(task.subject);
  agenda_.Settle(task, found->day);
}

void Lookout::Submit(const Task& task, Finding finding) {
  open_[task.subject] = Open{task, finding.day, finding.commands.size()};
  const MonotonicTime deadline = environment_.Monotonic() + options_.answer_within;
  std::set<std::string>& asked = asked_[task.subject];
  asked.clear();
  for (writer::Command& command : finding.commands) {
    asked.insert(command.request_id);
    environment_.Submit(task.subject, std::move(command), deadline);
  }
}

// An outcome stands in the rows that are taken from now on.
void Lookout::TakeAnswers() {
  for (auto at = open_.begin(); at != open_.end();) {
    const Open& open = at->second;
    if (open.unanswered > 0) {
      ++at;
      continue;
    }
    if (open.failed && !Planted(PlantedBug::kSettledAtSubmit)) {
      Fail(open.task, *open.failed);
    } else if (open.refused) {
      // Another was faster: what it recorded is looked at in a moment.
      agenda_.Fail(open.task, environment_.Monotonic());
    } else {
      troubles_.erase(open.task.subject);
      agenda_.Settle(open.task, open.day);
    }
    at = open_.erase(at);
  }
}

void Lookout::Fail(const Task& task, const Error& why) {
  troubles_.insert_or_assign(task.subject, why);
  agenda_.Fail(task, environment_.Monotonic());
}

FollowerStatus Lookout::Status() const {
  FollowerStatus status{.subjects = agenda_.subjects(),
                        .due = agenda_.due(),
                        .at_work = agenda_.at_work(),
                        .failing = agenda_.failing(),
                        .today = agenda_.today()};
  if (moment_) status.cut = moment_->cut;
  status.idle = IsIdle();
  if (!status.idle) status.unsettled_since = unsettled_since_;
  if (!troubles_.empty()) status.trouble = troubles_.begin()->second;
  return status;
}

}  // namespace twinledger::process
