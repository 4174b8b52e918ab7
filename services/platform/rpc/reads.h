// Reads at a cut: as fresh as the caller asks, or as old.
//
//   read_options                          the cut
//   ------------                          -------
//   nothing                               what the module has read
//   consistency_tokens                    likewise, once it has read what they name
//   latest                                likewise, once it has read what the log had at the call
//   as_of time, not in the future         in each partition the last commit recorded up to it
//   as_of positions, or a page token      those, once it has read them
//
// What has not been read yet is waited for until the tail that the log has now: what a token names
// was acknowledged before, so it must be below. A token that another commit, or none, stands for is
// a sign of damage and answered with DATA_LOSS.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "platform/log/chain.h"
#include "platform/projection/runner.h"
#include "platform/rpc/policy.h"
#include "platform/rpc/workers.h"
#include "platform/store/table.h"
#include "twinledger/log/v1/record.pb.h"
#include "twinledger/rpc/v1/consistency.pb.h"

namespace twinledger::rpc {

// One read in progress: the rows at its cut, and for whom.
// Threads: confined to one.
class Reading {
 public:
  Reading(std::shared_ptr<const store::KeyValueReader> source, store::Cut cut);

  // For whom, and how to know that nobody waits any more. Long scans ask now and then.
  void Serve(Admission admission, std::function<bool()> is_cancelled);

  const store::CutReader& rows() const { return *rows_; }
  const store::Cut& cut() const { return cut_; }
  // As they were at an earlier time, within the cut. The reading must outlive them.
  Result<std::unique_ptr<const store::CutReader>> RowsAt(WallTime time) const;
  const Admission& admission() const { return admission_; }
  bool IsCancelled() const { return is_cancelled_ && is_cancelled_(); }

  // The answer depends on this entity, or on any: if one is parked, the answer is incomplete.
  Result<void> Touch(const log::v1::EntityKey& entity);
  Result<void> TouchAll();

  // Ids of the entities of a type that are parked: few, and mostly none.
  Result<std::set<std::string>> Parked(std::string_view type) const;

  // Something that was touched is parked.
  bool incomplete() const { return incomplete_; }

  void FillPosition(v1::ReadPosition& position) const;

 private:
  // Shared with the store: a snapshot lives as long as somebody reads it.
  std::shared_ptr<const store::KeyValueReader> source_;
  store::Cut cut_;
  std::unique_ptr<store::CutReader> rows_;
  Admission admission_;
  std::function<bool()> is_cancelled_;
  bool incomplete_ = false;
};

// Threads: thread-safe.
class Reads {
 public:
  using Then = std::function<void(Result<Reading>)>;

  // `streams` are those of the runner's projection. `runner`, `founding` and `clock` must outlive
  // it; stop the runner before it is destroyed.
  Reads(projection::Runner& runner, const log::Founding& founding, const Clock& clock,
        std::vector<std::string> streams);

  // Calls `then` once: on the caller's thread with an error of the options, else on one of its own,
  // so that a long read holds up neither the runner nor who polls connections. `page_cut` is that
  // of the first page, or null. INVALID_ARGUMENT for options that cannot be met; OUT_OF_RANGE,
  // reason BEYOND_TAIL, for positions that the log does not have; DEADLINE_EXCEEDED, reason BEHIND.
  void Begin(const v1::ReadOptions& options, const store::Cut* page_cut, MonotonicTime deadline,
             const Then& then);

  // Calls `then` once, on a thread of its own, as soon as what was recorded until now has been read
  // here. DEADLINE_EXCEEDED, reason BEHIND; RESOURCE_EXHAUSTED, reason READS_FULL; or why the log
  // does not tell its end.
  void AwaitEnd(MonotonicTime deadline, const std::function<void(const Result<void>&)>& then);

 private:
  struct Wish;

  Result<Wish> WishOf(const v1::ReadOptions& options, const store::Cut* page_cut) const;
  bool IsKnown(const log::PartitionId& partition) const;
  Result<bool> Reaches(const store::KeyValueReader& rows, const Wish& wish) const;
  Result<Reading> Read(const Wish& wish) const;
  void AwaitTail(const Wish& wish, MonotonicTime deadline, const Then& then);
  void Work(Workers::Task task, const Then& then);

  projection::Runner& runner_;
  const log::Founding& founding_;
  const Clock& clock_;
  const std::vector<std::string> streams_;
  Workers workers_;
};

}  // namespace twinledger::rpc
