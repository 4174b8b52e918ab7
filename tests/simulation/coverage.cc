#include "tests/simulation/coverage.h"

namespace twinledger::simulation {

void Coverage::SawFaults(const log::FaultCounts& faults) {
  Saw("frame lost", faults.lost);
  Saw("acknowledgement lost", faults.unacknowledged);
  Saw("frame landed twice", faults.duplicated);
  Saw("append refused", faults.refused);
  Saw("landed after it was reported ambiguous", faults.late);
  Saw("landed after a tail read without it", faults.behind_tail);
  Saw("landed after a newer session's", faults.behind_newer_session);
  Saw("session abandoned with frames in flight", faults.abandoned);
  Saw("frame lost with its session", faults.lost_with_session);
  Saw("log damaged", faults.damaged);
}

std::vector<std::string> Coverage::Missing() const {
  static const char* const kAll[] = {
      "frame lost",
      "acknowledgement lost",
      "frame landed twice",
      "append refused",
      "landed after it was reported ambiguous",
      "landed after a tail read without it",
      "landed after a newer session's",
      "session abandoned with frames in flight",
      "frame lost with its session",
      "log damaged",
      "damage noticed",
      "writer killed",
      "batches lost by a kill",
      "writer stopped and started",
      "clock jumped",
      "tail could not be told",
      "stranger's record",
      "void record",
      "record of several commits",
      "outcome done",
      "outcome unchanged",
      "outcome refused",
      "validated only",
      "reply lost",
      "request delayed",
      "request repeated",
      "request given up",
      "read by token",
      "replica behind a token",
      "error REPEAT",
      "error QUEUE_FULL",
      "error AFTER_UNKNOWN",
      "error CLOCK",
      "error NOT_APPENDED",
      "error REQUEST_ID_REUSED",
  };
  return MissingOf(kAll);
}

std::vector<std::string> Coverage::MissingOf(std::span<const char* const> all) const {
  std::vector<std::string> missing;
  for (const char* what : all) {
    const auto found = seen_.find(what);
    if (found == seen_.end() || found->second == 0) missing.emplace_back(what);
  }
  return missing;
}

}  // namespace twinledger::simulation
