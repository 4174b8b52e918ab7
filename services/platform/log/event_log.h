// The event log: ordered partitions of records that are appended and never changed.
//
// This contract promises little, so that Kafka keeps it too. An append may be delayed without
// bound, be lost, land after the tail was read without it, land after appends of a newer session,
// or land twice. Only the records of one live session land in the order they were given. What has
// landed does not change. Everything else (no fork, nothing twice, nothing forged) is made of the
// chain rule: chain.h.
//
// Adapters: embedded/ (segment files, one process), simulated/ (tests, virtual time), kafka/.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"
#include "platform/log/partition.h"

namespace twinledger::log {

// A record holds at most this much, so that every adapter can carry it.
inline constexpr std::size_t kRecordBytesMax = 512 * 1024 + 4096;
inline constexpr std::size_t kRecordCommitsMax = 256;

// What is known of one append.
struct AppendOutcome {
  enum class Kind {
    kAppended,     // Durable, at `offset`.
    kNotAppended,  // Certainly not in the log, now or later: `error` says why.
    kAmbiguous,    // May be in the log, or land there at any later time.
  };
  Kind kind = Kind::kAmbiguous;
  Offset offset = 0;
  Error error = {};
};
using AppendCallback = std::function<void(const AppendOutcome&)>;

// One producer: the fate of its appends is reported only to it. Destroying it abandons what is in
// flight: no callback runs after the destructor has returned, and the records may still land.
// Threads: confined to one at a time; callbacks run on a thread of the adapter and must not block.
class AppendSession {
 public:
  virtual ~AppendSession() = default;

  // Appends a serialized v1::Record. `done` runs exactly once, unless the session is destroyed
  // first; an adapter bounds the wait and then reports kAmbiguous.
  virtual void Append(const PartitionId& to, std::string record, AppendCallback done) = 0;
};

// While it lives, appends of whatever session may be kept back, to be stored together: for the
// moment that it takes to make a few.
class HeldAppends {
 public:
  virtual ~HeldAppends() = default;
};

struct StoredRecord {
  PartitionId partition;
  Offset offset = 0;
  std::string bytes;  // A serialized v1::Record, if its writer kept to the rules.
};

struct ReadFrom {
  PartitionId partition;
  Offset offset = 0;
};

// Reads several partitions forward, each in order and without a gap, mixed in no promised order.
// Threads: confined to one.
class Reader {
 public:
  virtual ~Reader() = default;

  // What has landed since, at most about 4 MiB; empty if nothing came within `wait`. DATA_LOSS: the
  // log is damaged at the place that the message names; what stood before it has been returned.
  virtual Result<std::vector<StoredRecord>> Next(std::chrono::milliseconds wait) = 0;
};

// Threads: thread-safe. Sessions and readers must not outlive the log.
class EventLog {
 public:
  virtual ~EventLog() = default;

  virtual Result<std::unique_ptr<AppendSession>> OpenSession() = 0;

  // Null where nothing is gained by it.
  virtual std::unique_ptr<HeldAppends> HoldAppends() { return nullptr; }

  // Starts each partition at its offset. OUT_OF_RANGE if an offset is beyond the partition's end:
  // the log is shorter than the caller remembers.
  virtual Result<std::unique_ptr<Reader>> OpenReader(std::vector<ReadFrom> from) = 0;

  // The offset that the next record of the partition will get. What was appended before the call is
  // below it, unless its outcome is ambiguous.
  virtual Result<Offset> Tail(const PartitionId& partition) = 0;

  // Whether it stores only what follows a partition's tip, and for this process alone: a void
  // record in it was put there by another hand, which is damage.
  virtual bool HasSoleWriter() const { return false; }

  // What its adapter holds against the whole log, if it watches that: while there is anything,
  // nothing is appended. Does not wait.
  virtual Result<void> Verdict() const { return {}; }
};

}  // namespace twinledger::log
