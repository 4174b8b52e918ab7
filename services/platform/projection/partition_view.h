// What one reader knows of one partition: the tip, the keys, the index of request ids and the rows
// of its projection; a pure function of the log's prefix. Rows, index, keys, cursor and digest are
// stored in one batch, so a crash never splits them.
//
//   Consume(record) --accepted--> rows + commits + requests + cursor + digest in one batch
//                   --void------> counted
//                   --disk full-> nothing moved: the same record again, once there is room
//                   --damage----> stopped: nothing is read any more, an operator decides
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/result.h"
#include "platform/log/chain.h"
#include "platform/log/event_log.h"
#include "platform/projection/projection.h"
#include "platform/projection/voids_read.h"
#include "platform/store/key_value.h"
#include "platform/store/sorted_run.h"
#include "platform/store/state_digest.h"
#include "platform/store/table.h"
#include "twinledger/projection/v1/rows.pb.h"

namespace twinledger::projection {

// Applies one commit to `rows`: its CommitRow, its RequestRow if any, and, by the projection, its
// events; or parks its entity. The same code serves the view, the writer's overlay and the check of
// what the writer is about to append. The answer is the reason for parking, if it parked.
Result<std::optional<Unapplicable>> ApplyCommit(const Projection& projection,
                                                const log::PartitionId& partition,
                                                const log::AcceptedCommit& commit,
                                                store::CommitRows& rows);

// Threads: confined to one. Others read the store by snapshots.
class PartitionView {
 public:
  struct Consumed {
    enum class Kind { kOld, kVoid, kAccepted };  // kOld: below next_offset(), so known already.
    Kind kind = Kind::kOld;
    crypto::Hash hash{};                // Of the record's body, for kAccepted and parsed voids.
    log::AcceptedCommits commits = {};  // For kAccepted.
  };

  // Restores the view from its cursor; a store without one begins at zero. `store`, `projection`
  // and `founding` must outlive it.
  static Result<std::unique_ptr<PartitionView>> Open(store::KeyValueStore& store,
                                                     const Projection& projection,
                                                     const log::Founding& founding,
                                                     log::PartitionId partition);

  // Compares the record at the cursor with the cursor's hash. `record` is what the log has at
  // cursor_offset(); a difference, or nothing there, is damage and stops the view.
  Result<void> CheckCursor(const log::ReadRecord* record);

  // Takes the next record. DATA_LOSS when the log is damaged (rule 24, ForbidVoids),
  // FAILED_PRECONDITION when an authentic record needs a newer program; either stops the view, and
  // every later call returns the same error. RESOURCE_EXHAUSTED when its rows have no room on the
  // disk: no_room() is set then, and this record is to be given again before any other.
  Result<Consumed> Consume(const log::ReadRecord& record);

  // Likewise the record that a writer made on this view, with the rows that ApplyCommit made of its
  // commits then. The chain decides as for any other, so rows of a view that has moved since are
  // not looked at: the record is void.
  Result<Consumed> ConsumeOwn(const log::ReadRecord& record, store::Batch rows);

  // While on, accepted records are folded in memory until TakePending: for a rebuild. Off stores
  // what is pending by sorted files, the cursor with it, and stays on where that fails.
  Result<void> SetBulk(bool bulk);

  // What bulk holds in memory: for who has several views and one memory. Takes it out, sorted, with
  // the cursor behind it, to store it before the view is asked for anything; null if there is none.
  std::size_t pending_bytes() const;
  std::shared_ptr<const store::SortedRun> TakePending();
  // What came of storing it, or of what is gathered: RESOURCE_EXHAUSTED sets no_room(), for a
  // while, and what is gathered stays; another error stops the view.
  void NoteStored(const Result<void>& stored);

  // While on, rows of accepted records stay in memory on top of the store, for who has several
  // views to store what all of them have by one write: gathered(), then NoteStored. A record is
  // taken even while no_room() is set. Off is for who has one view: it stores by itself.
  void SetGathering(bool gathering);
  const store::Batch& gathered() const;

  // From now on `then` gets each record that is consumed and is not old, void ones too; null:
  // nobody does.
  void OnConsumed(std::function<void(const log::ReadRecord&)> then);

  // From now on a void record is damage: in a log with a sole writer.
  void ForbidVoids();

  const log::PartitionId& partition() const;
  const log::ChainView& chain() const;
  const log::Founding& founding() const;
  const Projection& projection() const;
  log::Offset next_offset() const;                   // Of the next record to consume.
  std::optional<log::Offset> cursor_offset() const;  // Of the last accepted record, if any.
  const std::optional<Error>& stopped() const;
  const std::optional<Error>& no_room() const;  // Until what could not be stored is.
  void Stop(Error why);                         // Raised by the writer, or an operator.
  store::StateDigest digest() const;
  std::uint64_t rows() const;
  std::uint64_t voids() const;
  const VoidsRead& voids_read() const;  // Those of this view alone.

  // What the rows stand on: the store, or what is not stored yet on top of it.
  const store::KeyValueReader& state() const;

  // REQUIRES: the projection decides commands of the stream.
  Result<std::optional<v1::RequestRow>> FindRequest(std::string_view actor,
                                                    std::string_view request_id) const;

 private:
  class State;
  explicit PartitionView(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;

 public:
  ~PartitionView();
};

}  // namespace twinledger::projection
