// What is submitted to a partition's writer, and what comes back.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "platform/crypto/hash.h"
#include "platform/log/partition.h"
#include "platform/store/table.h"
#include "twinledger/log/v1/record.pb.h"

namespace twinledger::writer {

// The time that the commit under decision will carry.
struct DecisionContext {
  WallTime record_time;
  std::string actor;
};

// Events to record; none means that all is so already, which is an outcome too.
struct Events {
  std::vector<std::string> events;  // Serialized messages of the stream's event type.
  log::v1::Marking marking = log::v1::MARKING_UNCLASSIFIED;
  log::v1::ReleaseClass release_class = log::v1::RELEASE_CLASS_PUBLIC;
};

// The rules say no. It becomes a commit, and for this request id the answer for ever.
using Decision = std::variant<Events, log::v1::Refusal>;

// Pure: reads only its arguments, and may be called again at a later tip. An Error is of the world
// (a row that cannot be read) and is no outcome.
using Decide = std::function<Result<Decision>(const store::RowReader&, const DecisionContext&)>;

struct Command {
  log::v1::EntityKey key;
  std::string method;  // "twinledger.registry.v1.RegistryService/CreateCouncil"
  std::string actor;
  std::string request_id;
  crypto::Hash digest{};  // HMAC of method, actor and body.
  std::string after;      // The client's previous request in this partition, if it sends ahead.
  std::string correlation_id;
  std::string causation;
  bool validate_only = false;  // Decide, answer, append nothing. The answer is no outcome.
  Decide decide;
};

// An outcome: the accepted commit of a request. For validate_only, what would become of it:
// sequence 0.
struct Outcome {
  log::PartitionId partition;
  log::Sequence sequence = 0;
  crypto::Hash commit_hash{};
  WallTime record_time;
  log::v1::Outcome outcome = log::v1::OUTCOME_UNSPECIFIED;
  log::v1::Refusal refusal;  // For REFUSED.
};

// An Error here is of the attempt and says nothing of the request (append protocol, rule 6).
// Reasons: QUEUE_FULL, REPEAT (deadline or ambiguity: same request id again), NOT_A_WRITER,
// AFTER_UNKNOWN, CLOCK, LOG_DAMAGED, LOG_CLOSED, and REQUEST_ID_REUSED (from an accepted commit
// only).
using Reply = std::function<void(const Result<Outcome>&)>;

struct Submission {
  Command command;
  MonotonicTime
      deadline;  // When its caller stops waiting; the command keeps its place all the same.
  Reply reply;   // Runs exactly once.
};

}  // namespace twinledger::writer
