// Runs the views of one module on one thread, and keeps them up with the log.
//
//   log --> feed (thread: reads, parses) --> inbox --> runner (thread: views or sinks, tasks)
//            |                                 ^
//            '--> other runners' inboxes       '----- Post, from any thread
//
// On opening it checks every cursor against the log and reads on from right behind it, in bulk if
// there is much to read: a rebuild is the start of an empty store. A module that owns a stream puts
// its writers in as sinks: they consume for their views. A partition that is damaged stops, the
// others go on. Where the disk has no room for rows, records wait and are tried again.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "platform/base/spare_time.h"
#include "platform/log/chain.h"
#include "platform/log/event_log.h"
#include "platform/projection/partition_status.h"
#include "platform/projection/partition_view.h"
#include "platform/projection/positions.h"
#include "platform/projection/projection.h"
#include "platform/store/key_value.h"

namespace twinledger::projection {

class Feed;

// Takes a partition's records instead of its view, and passes them on to it.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  virtual void OnRecord(const log::ReadRecord& record) = 0;
};

// Threads: thread-safe, but for what says otherwise.
class Runner {
 public:
  // `log`, `projection` and `clock` must outlive it. Takes over `store`, which OpenStore opened or
  // which is empty. A view whose cursor the log contradicts is stopped, the others run.
  // FAILED_PRECONDITION, reason STORE_OF_ANOTHER, if the store was built otherwise.
  static Result<std::unique_ptr<Runner>> Open(log::EventLog& log, log::Founding founding,
                                              const Projection& projection,
                                              std::unique_ptr<store::KeyValueStore> store,
                                              const Clock& clock);
  ~Runner();  // Stops it.

  // Before Start, or after Stop, on the caller's thread; between them on the runner's only.
  // REQUIRES: the projection follows the partition's stream.
  PartitionView& view(const log::PartitionId& partition);
  void SetSink(const log::PartitionId& partition, RecordSink& sink);

  // With a feed that others use too, which is started when all have been. It is stopped before
  // they are.
  void Start(Feed& feed);
  // With a feed of its own.
  void Start();
  // Runs what was posted, joins the threads, stores what is pending. Who still waits is answered
  // with UNAVAILABLE, reason SHUTTING_DOWN. Not on the runner's thread.
  void Stop();

  // Runs `task` on the runner's thread, in order of posting; never, once stopped.
  void Post(std::function<void()> task);
  // Every `period` on the runner's thread, until Stop. Before Start.
  void Every(std::chrono::milliseconds period, std::function<void()> task);
  // Once, when it is `time`; never, once stopped. On the runner's thread only.
  void At(MonotonicTime time, std::function<void()> task);
  // Calls `then` once, when what the partition's view has taken is stored and readers see it; with
  // an error if it cannot be, or is not before the end: UNAVAILABLE, reason SHUTTING_DOWN. On the
  // runner's thread only.
  void AfterStoring(const log::PartitionId& partition,
                    std::function<void(const Result<void>&)> then);

  // Behind records it rests for so long, unless somebody waits for them, and takes at once what
  // came meanwhile: to be woken for each costs more than many of them do. Tasks wait for nothing.
  // Before Start; without it, it does not rest.
  void RestBehindRecords(std::chrono::milliseconds rest);
  // Its thread works in the time that others leave. Before Start; `spare_time` must outlive it.
  void WorkInSpareTime(SpareTime& spare_time);

  // What is read and written from now on; returns what was before. On the runner's thread only.
  // REQUIRES: `store` holds the same rows and cursors.
  std::shared_ptr<store::KeyValueStore> ReplaceStore(std::shared_ptr<store::KeyValueStore> store);
  // The store of a runner that was stopped, which is of no use afterwards.
  std::shared_ptr<store::KeyValueStore> TakeStore();

  std::shared_ptr<const store::KeyValueReader> Snapshot() const;
  const store::KeyValueStore& store() const;
  // Sequence, time, rows, parked and digest are as stored; while a rebuild goes on, the next offset
  // is ahead of them.
  std::vector<PartitionStatus> Status() const;
  // Every partition has once reached the tail asked for at opening, and its rows are stored.
  bool CaughtUp() const;

  // Calls `then` once when all partitions have reached `at_least`, on the caller's thread if they
  // have, else on the runner's; with DEADLINE_EXCEEDED, reason BEHIND, at `deadline`; with its
  // error if one of them is stopped.
  void WaitFor(const store::Cut& at_least, MonotonicTime deadline,
               std::function<void(const Result<void>&)> then);

  // As WaitFor, for the tails that the log has now. Never waits itself: a log that others write to
  // is asked on another thread, which may call `then`.
  void WaitForTail(MonotonicTime deadline, std::function<void(const Result<void>&)> then);

 private:
  class State;
  explicit Runner(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace twinledger::projection
