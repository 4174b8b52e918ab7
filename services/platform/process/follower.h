// Runs a process on a thread of its own: the lookout with the runner's rows, the writer and a
// clock.
//
//   runner --snapshots--> Lookout --commands--> writer
//                            ^                    |
//                            '--answers, posted---'
//
// The runner's thread is never held up. Answers that are no outcomes: UNAVAILABLE, a full queue, a
// log that nobody may write.
#pragma once

#include <memory>
#include <thread>

#include "platform/base/clock.h"
#include "platform/base/spare_time.h"
#include "platform/log/chain.h"
#include "platform/process/lookout.h"
#include "platform/process/process.h"
#include "platform/projection/runner.h"
#include "platform/writer/writer.h"

namespace twinledger::process {

// What its process stands on. All outlives it.
struct FollowerParts {
  projection::Runner& runner;
  writer::Writer& writer;
  const log::Founding& founding;
  const Clock& clock;
  SpareTime* spare_time = nullptr;  // That its thread works in, if any.
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
  class Surroundings;

  void Run();

  projection::Runner& runner_;
  SpareTime* const spare_time_;
  const std::shared_ptr<Mailbox> mailbox_;  // Shared with answers, which may outlive the follower.
  const std::unique_ptr<Surroundings> surroundings_;
  Lookout lookout_;  // Of the thread.
  std::thread thread_;
};

}  // namespace twinledger::process
