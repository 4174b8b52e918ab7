// Runs the views of one module: one thread reads the module's partitions from the log and feeds
// them.
//
// On opening it finds the store's projection and schema version, rebuilds from zero if they differ
// or the store is empty (bulk, with progress), checks every cursor against the log, and reads on
// from right behind it. A module that owns a stream puts its writers in as sinks: they consume for
// their views.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "platform/log/chain.h"
#include "platform/log/event_log.h"
#include "platform/projection/partition_view.h"
#include "platform/projection/projection.h"
#include "platform/store/key_value.h"

namespace twinledger::projection {

// Takes a partition's records instead of its view, and passes them on to it.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  virtual void OnRecord(const log::ReadRecord& record) = 0;
};

// State of one partition, as metrics, readiness and `projection list` show it.
struct PartitionStatus {
  log::PartitionId partition;
  log::Sequence sequence = 0;
  log::Offset next_offset = 0;
  log::Offset tail = 0;  // As last asked.
  std::int64_t record_time_us = 0;
  std::uint64_t rows = 0;
  std::uint64_t voids = 0;
  std::uint64_t parked = 0;
  std::string digest;  // Hex.
  std::optional<Error> stopped;
};

// Threads: thread-safe, but for what says otherwise.
class Runner {
 public:
  // `log` must outlive it. Takes over `store`.
  static Result<std::unique_ptr<Runner>> Open(log::EventLog& log, log::Founding founding,
                                              const Projection& projection,
                                              std::unique_ptr<store::KeyValueStore> store,
                                              const Clock& clock);
  virtual ~Runner() = default;

  // Before Start, on the caller's thread; later on the runner's only.
  virtual PartitionView& view(const log::PartitionId& partition) = 0;
  virtual void SetSink(const log::PartitionId& partition, RecordSink& sink) = 0;

  virtual void Start() = 0;
  virtual void Stop() = 0;  // Joins the thread; the store is flushed.

  // Runs `task` on the runner's thread, in order of posting.
  virtual void Post(std::function<void()> task) = 0;
  // Every `period` on the runner's thread, until Stop. Before Start.
  virtual void Every(std::chrono::milliseconds period, std::function<void()> task) = 0;

  virtual std::shared_ptr<const store::KeyValueReader> Snapshot() const = 0;
  virtual std::vector<PartitionStatus> Status() const = 0;
  virtual bool CaughtUp()
      const = 0;  // Every partition has once reached the tail asked for at opening.

  // Calls `then` once when all partitions have reached `at_least`, on the caller's thread if they
  // have, else on the runner's; with DEADLINE_EXCEEDED, reason BEHIND, at `deadline`; with
  // DATA_LOSS if a partition is stopped.
  virtual void WaitFor(const store::Cut& at_least, MonotonicTime deadline,
                       std::function<void(const Result<void>&)> then) = 0;

  // As WaitFor, for the tails that the log has now.
  virtual void WaitForTail(MonotonicTime deadline,
                           std::function<void(const Result<void>&)> then) = 0;
};

}  // namespace twinledger::projection
