// What follows from events: decided by a process, subject by subject, and never by a projection.
//
// A process looks at rows and says which commands are missing. It keeps nothing that a restart
// would lose: whoever looks again, here or at another replica, finds the same commands with the
// same request ids, and none where all is recorded.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/day.h"
#include "platform/base/result.h"
#include "platform/process/agenda.h"
#include "platform/store/key_value.h"
#include "platform/store/table.h"
#include "platform/writer/command.h"
#include "twinledger/log/v1/record.pb.h"

namespace twinledger::process {

// The rows of one moment.
struct Moment {
  std::shared_ptr<const store::KeyValueReader> rows;
  store::Cut cut;  // How far they go, in the streams that the process follows.
};

// What a look at some days of a subject found.
struct Finding {
  // Nothing is missing for the days before this one, and `commands` for it.
  Day day = 0;
  // Of different request ids, independent of each other. None: nothing is missing for this day
  // either.
  std::vector<writer::Command> commands;
};

// Threads: confined to its follower's.
class Process {
 public:
  virtual ~Process() = default;

  // Whose commits call for a look; the runner's projection follows them.
  virtual std::vector<std::string> streams() const = 0;

  // Where what it asks for is recorded: what another recorded there calls for a look too, since it
  // may have read less. Empty: that stands in the streams above. REQUIRES: its projection decides
  // that stream, for of others commits do not tell who asked for them.
  virtual std::string recorded_in() const { return {}; }

  // All that there are.
  virtual Result<std::vector<std::string>> Subjects(const Moment& moment) = 0;

  // Those that a commit about `entity` is about.
  virtual Result<std::vector<std::string>> TouchedBy(const Moment& moment,
                                                     const log::v1::EntityKey& entity) = 0;

  // The last day of the subject that needs no look: all days up to it had one, or came before there
  // was anything to look at.
  virtual Result<Day> SettledUntil(const Moment& moment, const std::string& subject, Day today) = 0;

  // Of what was recorded of a subject in a partition of that stream, behind `seen`: the first day
  // that any of it is for. Nothing if none of it stands any more.
  virtual Result<std::optional<Day>> RecordedSince(const Moment& /*moment*/,
                                                   const std::string& /*subject*/,
                                                   const log::PartitionId& /*partition*/,
                                                   log::Sequence /*seen*/) {
    return std::optional<Day>();
  }

  // Looks at the task's days in order, each as the log stood at its end, until something is missing
  // for one.
  virtual Result<Finding> Look(const Moment& moment, const Task& task) = 0;
};

}  // namespace twinledger::process
