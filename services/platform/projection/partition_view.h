// What one reader knows of one partition: the tip, the keys, the index of request ids and the rows
// of its projection; a pure function of the log's prefix. Rows, index, keys, cursor and digest are
// stored in one batch, so a crash never splits them.
//
//   Consume(record) --accepted--> rows + commits + requests + cursor + digest in one batch
//                   --void------> counted
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
#include "platform/store/state_digest.h"
#include "platform/store/table.h"
#include "twinledger/projection/v1/rows.pb.h"

namespace twinledger::projection {

// Applies one commit to `rows`: its CommitRow, its RequestRow and, by the projection, its events;
// or parks its entity. The same code serves the view, the writer's overlay and the check of what
// the writer is about to append. The answer is the reason for parking, if it parked.
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
    crypto::Hash hash{};  // Of the record's body, for kAccepted and parsed voids.
    std::vector<log::AcceptedCommit> commits = {};  // For kAccepted.
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
  // every later call returns the same error.
  Result<Consumed> Consume(const log::ReadRecord& record);

  // Likewise the record that a writer made on this view, with the rows that ApplyCommit made of its
  // commits then. The chain decides as for any other, so rows of a view that has moved since are
  // not looked at: the record is void.
  Result<Consumed> ConsumeOwn(const log::ReadRecord& record, store::Batch rows);

  // While on, accepted records are folded in memory and stored by sorted files, a cursor with each:
  // for a rebuild. Off stores what is pending.
  Result<void> SetBulk(bool bulk);

  // What bulk holds in memory, and storing it: for who has several views and one memory. An error
  // of the store stops the view.
  std::size_t pending_bytes() const;
  Result<void> StorePending();

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
  void Stop(Error why);  // Raised by the writer, or an operator.
  store::StateDigest digest() const;
  std::uint64_t rows() const;
  std::uint64_t voids() const;
  const VoidsRead& voids_read() const;  // Those of this view alone.

  // What the rows stand on: the store, or what bulk has not stored yet on top of it.
  const store::KeyValueReader& state() const;

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
