// Runs a process on a thread of its own: sees what was committed and which day it is, has the
// process look, and submits what it finds missing.
//
//   runner --snapshots--> Follower --touched, day--> Agenda --task--> Process::Look
//                            ^                                          |
//   writer --answers, posted-'<------------------commands---------------'
//
// At the start every subject is looked at. An answer that is no outcome (UNAVAILABLE, a full queue,
// a log that nobody may write) is no end: after a while the process looks again, and finds the same
// command with the same request id, or a newer one. The runner's thread is never held up.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "platform/base/clock.h"
#include "platform/log/chain.h"
#include "platform/process/agenda.h"
#include "platform/process/process.h"
#include "platform/projection/runner.h"
#include "platform/writer/writer.h"

namespace twinledger::process {

struct FollowerOptions {
  AgendaLimits agenda = {};
  std::chrono::milliseconds look_every{100};  // At what was committed.
  // A day ends so much later: a commit of its last moment may still be on its way.
  std::chrono::seconds day_grace{60};
  std::chrono::seconds answer_within{30};
  // After some work it rests for so many times as long, and what changes meanwhile is looked at
  // once: a quarter of a processor is the most that it takes.
  int rests_for_work = 3;
  std::chrono::milliseconds rest_most{2'000};
};

// What its process stands on. All outlives it.
struct FollowerParts {
  projection::Runner& runner;
  writer::Writer& writer;
  const log::Founding& founding;
  const Clock& clock;
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

// Threads: made, started and stopped by one thread; Status from any.
class Follower {
 public:
  Follower(std::unique_ptr<Process> process, const FollowerParts& parts,
           FollowerOptions options = {});
  ~Follower();  // Stops it.

  // REQUIRES: the runner was started. Waits, on its own thread, until the runner has caught up.
  void Start();
  // Looks at nothing more. Commands that are submitted are left to the writer.
  void Stop();

  FollowerStatus Status() const;

 private:
  class Mailbox;
  // A task whose commands wait for answers.
  struct Open {
    Task task;
    Day day = 0;  // That they are for.
    std::size_t unanswered = 0;
    std::optional<Error> failed = std::nullopt;
    bool refused = false;
  };

  void Run();
  Result<void> Observe();
  Result<void> AddSubjects();
  Result<void> Add(const std::string& subject);
  Result<void> TouchBetween(const store::Cut& seen);
  Result<void> TouchAll();
  void Work();
  void Look(const Task& task);
  void Submit(const Task& task, Finding finding);
  void TakeAnswers();
  void Fail(const Task& task, const Error& why);
  void Publish();
  std::chrono::milliseconds WaitTime() const;

  const std::unique_ptr<Process> process_;
  const FollowerParts parts_;
  const FollowerOptions options_;
  const std::shared_ptr<Mailbox> mailbox_;  // Shared with answers, which may outlive the follower.

  // Of the thread.
  Agenda agenda_;
  std::optional<Moment> moment_;
  MonotonicTime rests_until_{};
  std::optional<MonotonicTime> unsettled_since_;
  std::map<std::string, Open> open_;       // By subject.
  std::map<std::string, Error> troubles_;  // By subject; "" is of looking at what was committed.
  std::thread thread_;
};

}  // namespace twinledger::process
