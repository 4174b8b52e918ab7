// Follows what is committed and which day it is, has a process look, and hands on what it finds
// missing.
//
//   rows, day --Turn--> touched subjects --> Agenda --task--> Process::Look
//                                              ^                   |
//                    OnAnswer, of each command-'<-----commands-----'
//
// In its first turn every subject is due. An answer that is no outcome is no end: after a while the
// process looks again, and finds the same command with the same request id, or a newer one.
//
// A state machine without I/O: inputs are method calls, outputs go to its Environment.
//
// Threads: confined to one.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "platform/base/clock.h"
#include "platform/log/chain.h"
#include "platform/process/agenda.h"
#include "platform/process/process.h"
#include "platform/writer/command.h"

namespace twinledger::process {

struct FollowerOptions {
  AgendaLimits agenda = {};
  std::chrono::milliseconds look_every{100};  // At what was committed.
  // A day ends so much later: a commit of its last moment may still be on its way.
  std::chrono::seconds day_grace{60};
  std::chrono::seconds answer_within{30};
  // After some work it rests for so many times as long, and what changes meanwhile is looked at
  // once: a twentieth of a processor is the most that it takes, but for work of more than half a
  // second.
  int rests_for_work = 19;
  std::chrono::milliseconds rest_most{10'000};
};

struct FollowerStatus {
  std::size_t subjects = 0;
  std::size_t due = 0;
  std::size_t at_work = 0;
  std::size_t failing = 0;
  // All commits up to the cut, and all days up to `today`, were looked at: nothing is missing.
  bool idle = false;
  // Since when there has been something to look at without a break; nothing when it is idle.
  std::optional<MonotonicTime> unsettled_since = std::nullopt;
  std::optional<Day> today = std::nullopt;
  store::Cut cut = {};
  // Why the last look or command failed; nothing once a subject that failed has settled.
  std::optional<Error> trouble = std::nullopt;
};

// What a lookout asks of the world.
class Environment {
 public:
  virtual ~Environment() = default;

  // Of this moment: what an answer that was given says stands in them.
  virtual std::shared_ptr<const store::KeyValueReader> Rows() = 0;
  // -> OnAnswer, once, and never before this call is over.
  virtual void Submit(const std::string& subject, writer::Command command,
                      MonotonicTime deadline) = 0;
  virtual WallTime Now() = 0;
  virtual MonotonicTime Monotonic() = 0;
  virtual bool Stopping() = 0;  // Asked before each look: what is left of a turn is left undone.
};

class Lookout {
 public:
  // The environment and what it gives must outlive it.
  Lookout(std::unique_ptr<Process> process, const log::Founding& founding, Environment& environment,
          const FollowerOptions& options = {});

  // The answer to one of the subject's commands. It counts from the next turn on.
  void OnAnswer(const std::string& subject, const Result<writer::Outcome>& answer);

  // Takes the newest rows and the day, notes what changed, and looks at what is due.
  void Turn();

  // For how long nothing happens by itself: until something is to be tried again, or else until
  // it is time to look at what was committed.
  std::chrono::milliseconds Pause() const;

  FollowerStatus Status() const;

 private:
  bool IsIdle() const;
  // A task whose commands wait for answers.
  struct Open {
    Task task;
    Day day = 0;  // That they are for.
    std::size_t unanswered = 0;
    std::optional<Error> failed = std::nullopt;
    bool refused = false;
  };

  Result<void> Observe();
  Result<void> AddSubjects();
  Result<void> Add(const std::string& subject);
  Result<void> TouchBetween(const store::Cut& seen);
  Result<void> TouchRecorded(const store::Cut& now);
  Result<void> TouchAll(Day since);
  void Work();
  void Look(const Task& task);
  void Submit(const Task& task, Finding finding);
  void TakeAnswers();
  void Fail(const Task& task, const Error& why);

  const std::unique_ptr<Process> process_;
  const log::Founding& founding_;
  Environment& environment_;
  const FollowerOptions options_;
  Agenda agenda_;
  std::optional<Moment> moment_;
  store::Cut recorded_;  // How far Process::recorded_in was looked at.
  std::map<std::string, std::set<std::string>>
      asked_;  // Request ids of the last task's, by subject.
  MonotonicTime rests_until_{};
  std::optional<MonotonicTime> unsettled_since_;  // As of the last turn.
  std::map<std::string, Open> open_;              // By subject.
  std::map<std::string, Error> troubles_;  // By subject; "" is of looking at what was committed.
};

}  // namespace twinledger::process
