// What is left when a simulated run is over: the log's bytes, what each client was told, what the
// replicas hold. The oracle judges it, and a test can tamper with it first.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "platform/log/chain.h"
#include "platform/log/simulated/fault_plan.h"
#include "platform/writer/command.h"
#include "tests/support/counters.h"

namespace twinledger::simulation {

// Moments of a run, in order.
using Moment = std::uint64_t;

// One request of a client, through all its attempts.
struct Request {
  std::size_t client = 0;
  std::string actor;
  std::string id;
  log::PartitionId partition;
  testing::AccountCommand command;
  crypto::Hash digest{};
  bool validate_only = false;
  bool rival = false;    // Another body under an id that is in use; sent once.
  bool in_order = true;  // It follows the client's earlier ones in its partition.

  Moment invoked = 0;
  unsigned attempts = 0;
  std::optional<Moment> answered;         // First outcome.
  std::vector<writer::Outcome> outcomes;  // Of all attempts.
  bool reused = false;                    // Told that its id stands for another body.
  bool failed = false;                    // Told that it is not in the log, and given up.

  bool settled() const { return !outcomes.empty() || reused || failed; }
};

// A read of one account at a replica whose view had reached the client's token.
struct Reading {
  log::PartitionId partition;
  log::Sequence token = 0;
  bool token_known = true;  // The replica holds a commit of that sequence and hash.
  log::Sequence at = 0;
  std::string account;
  std::string text;  // Empty if there is none.
};

struct ReplicaState {
  using Rows = std::map<std::string, std::string, std::less<>>;
  struct Partition {
    std::map<log::Sequence, crypto::Hash> commits;
    log::Sequence sequence = 0;
    crypto::Hash digest{};
    std::uint64_t rows = 0;
    std::optional<Error> stopped;
  };
  Rows rows;
  std::map<log::PartitionId, Partition> partitions;
};

struct Evidence {
  log::Founding founding;
  // Shared by all readers of a run, so that a signature is verified once.
  std::map<log::PartitionId, std::vector<std::shared_ptr<const log::ReadRecord>>> log;
  std::set<std::string> appended;   // Records that writers gave to the log.
  std::set<std::string> strangers;  // Records by somebody without a key.
  log::FaultCounts faults;
  bool damaged = false;  // The log lost records: what then holds is another question.
  bool stuck = false;    // It did not come to rest after the faults had ended.
  std::vector<Request> requests;
  std::vector<Reading> readings;
  std::vector<ReplicaState> replicas;
};

}  // namespace twinledger::simulation
