#include "platform/projection/partition_view.h"

#include <utility>
#include <variant>

#include "platform/base/check.h"
#include "platform/log/beyond_history.h"
#include "platform/projection/cursor.h"
#include "platform/projection/known_tips.h"
#include "platform/projection/platform_tables.h"
#include "platform/store/background_digest.h"
#include "platform/store/bulk_rows.h"
#include "platform/store/layered.h"

namespace twinledger::projection {
namespace {

Error DamagedAt(const log::PartitionId& partition, log::Offset offset, std::string what) {
  std::string place = log::ToString(partition);
  return Error{Code::kDataLoss,
               "the log is damaged: " + place + " at offset " + std::to_string(offset) + ": " +
                   what + "; nothing behind it is read until an operator decides",
               "LOG_DAMAGED",
               {{"partition", std::move(place)},
                {"offset", std::to_string(offset)},
                {"damage", std::move(what)}}};
}

Error NewerProgramNeeded(const log::PartitionId& partition, log::Offset offset, std::string why) {
  std::string place = log::ToString(partition);
  return Error{
      Code::kFailedPrecondition,
      "the record of " + place + " at offset " + std::to_string(offset) +
          " is authentic, and this program cannot use it: " + why +
          "; if a newer program wrote it, run that one; if none did, somebody else has its "
          "writer's key: copy the log for evidence and tell an auditor",
      "NEWER_PROGRAM_NEEDED",
      {{"partition", std::move(place)},
       {"offset", std::to_string(offset)},
       {"why", std::move(why)}}};
}

}  // namespace

class PartitionView::State {
 public:
  State(store::KeyValueStore& rows, const Projection& rules, const log::Founding& root,
        Cursor start)
      : store(rows), projection(rules), founding(root), cursor(std::move(start)), pending(rows) {
    voids_read.since = cursor.chain.sequence;
  }

  const store::KeyValueReader& state() const {
    if (!pending.empty()) return pending.reader();
    return gathered.empty() ? static_cast<const store::KeyValueReader&>(store) : with_gathered;
  }

  Result<Consumed> ConsumeNext(const log::ReadRecord& record, store::Batch* own);
  Result<std::string> OutsideHistory(const log::VoidRecord::Stamp& stamp);
  Result<void> ApplyAll(const log::AcceptedRecord& accepted, store::CommitRows& rows) const;
  void PutRecordRow(const log::ReadRecord& record, const log::AcceptedRecord& accepted,
                    store::CommitRows& rows) const;
  Cursor CursorBehind(const log::ReadRecord& record, log::AcceptedRecord& accepted,
                      std::size_t rows) const;
  void MoveTo(Cursor next);
  Result<void> StoreOrGather(const log::ReadRecord& record, log::AcceptedRecord& accepted,
                             store::Batch* own);
  Result<void> Fold(const log::ReadRecord& record, log::AcceptedRecord& accepted);
  std::shared_ptr<const store::SortedRun> Pending();
  void ForgetPending();
  Result<void> StorePending();
  store::StateDigest Digest() {
    store::StateDigest digest = cursor.digest;
    digest.Add(pending_digest.Sum());
    return digest;
  }
  Error Stop(Error why) {
    if (!stopped) stopped = std::move(why);
    return *stopped;
  }
  // An error that ended a call: of a full disk, which passes, or for good.
  Error Fail(Error why) {
    if (why.code != Code::kResourceExhausted) return Stop(std::move(why));
    no_room = std::move(why);
    return *no_room;
  }
  // `own` as of ConsumeOwn; null for a record whose rows are to be made.
  Result<Consumed> Consume(const log::ReadRecord& record, store::Batch* own);

  store::KeyValueStore& store;
  const Projection& projection;
  const log::Founding& founding;
  Cursor cursor;  // Its digest is without what is pending.
  std::optional<Error> stopped;
  std::optional<Error> no_room;
  KnownTips tips;  // Of this history; a stamp that is none of them may still be part of it.
  std::uint64_t voids_since = 0;  // Behind the cursor, where they are read again after a restart.
  VoidsRead voids_read;
  bool voids_forbidden = false;
  std::function<void(const log::ReadRecord&)> on_consumed;
  bool bulk = false;
  store::BulkRows pending;  // Accepted and not stored, while bulk is on.
  store::BackgroundDigest pending_digest;
  bool gathering = false;
  store::Batch gathered;  // Accepted and not stored, while bulk is off.
  const store::Layered with_gathered{gathered, store};
};

// What is wrong with a record that was chained there; empty where this history has that tip.
Result<std::string> PartitionView::State::OutsideHistory(const log::VoidRecord::Stamp& stamp) {
  if (std::optional<std::string> beyond = log::BeyondHistory(cursor.chain, stamp)) return *beyond;
  if (stamp.sequence == 0 && stamp.hash == log::kNoHash) return std::string();
  std::optional<crypto::Hash> known = tips.Find(stamp.sequence);
  if (!known) {
    const store::RowKey key = SequenceKey(cursor.chain.partition, stamp.sequence);
    TL_TRY(const std::optional<v1::RecordRow> row, store::CutReader(state()).Get(kRecords, key));
    crypto::Hash hash;
    if (row && crypto::HashFromBytes(row->hash(), hash)) {
      known = hash;
      tips.Remember(stamp.sequence, hash);
    }
  }
  if (known == stamp.hash) return std::string();
  return "an authentic record was chained on another history of sequence " +
         std::to_string(stamp.sequence);
}

Result<PartitionView::Consumed> PartitionView::State::ConsumeNext(const log::ReadRecord& record,
                                                                  store::Batch* own) {
  const log::PartitionId& partition = cursor.chain.partition;
  if (record.offset() < cursor.next_offset) return Consumed{};
  if (record.offset() > cursor.next_offset) {
    return DamagedAt(partition, cursor.next_offset, "the record there is missing");
  }
  log::Verdict verdict = log::Accept(cursor.chain, founding, record);
  if (const auto* stop = std::get_if<log::StopRecord>(&verdict)) {
    return NewerProgramNeeded(partition, record.offset(), stop->why);
  }
  Consumed consumed;
  if (record.parsed()) consumed.hash = record.hash();
  if (const auto* refused = std::get_if<log::VoidRecord>(&verdict)) {
    if (refused->stamp) {
      TL_TRY(std::string damage, OutsideHistory(*refused->stamp));
      // Whoever can write to the log can name a stamp: only a signature makes it a sign.
      if (!damage.empty() && log::IsAuthentic(cursor.chain, founding, record)) {
        return DamagedAt(partition, record.offset(), std::move(damage));
      }
    }
    if (voids_forbidden) {
      return DamagedAt(partition, record.offset(),
                       "a record that is void (" + std::string(log::Name(refused->reason)) +
                           ") stands there, and no writer of this log stores one");
    }
    consumed.kind = Consumed::Kind::kVoid;
    ++voids_since;
    ++voids_read.by_reason[refused->reason];
    voids_read.last = record.offset();
    ++cursor.next_offset;
    return consumed;
  }
  auto& accepted = std::get<log::AcceptedRecord>(verdict);
  consumed.kind = Consumed::Kind::kAccepted;
  TL_TRY_VOID(bulk ? Fold(record, accepted) : StoreOrGather(record, accepted, own));
  consumed.commits = std::move(accepted.commits);
  return consumed;
}

Result<void> PartitionView::State::ApplyAll(const log::AcceptedRecord& accepted,
                                            store::CommitRows& rows) const {
  for (const log::AcceptedCommit& commit : accepted.commits) {
    TL_TRY([[maybe_unused]] const auto parked,
           ApplyCommit(projection, cursor.chain.partition, commit, rows));
  }
  return {};
}

// Of the record, by its last commit.
void PartitionView::State::PutRecordRow(const log::ReadRecord& record,
                                        const log::AcceptedRecord& accepted,
                                        store::CommitRows& rows) const {
  v1::RecordRow row;
  row.set_hash(record.hash().data(), record.hash().size());
  rows.Begin(cursor.chain.partition, accepted.next.sequence);
  rows.Put(kRecords, SequenceKey(cursor.chain.partition, accepted.next.sequence), row);
}

// But for the digest.
Cursor PartitionView::State::CursorBehind(const log::ReadRecord& record,
                                          log::AcceptedRecord& accepted, std::size_t rows) const {
  Cursor next = cursor;
  next.chain = std::move(accepted.next);
  next.accepted_offset = record.offset();
  next.next_offset = record.offset() + 1;
  next.rows += rows;
  next.voids += voids_since;
  return next;
}

void PartitionView::State::MoveTo(Cursor next) {
  cursor = std::move(next);
  voids_since = 0;
  tips.Remember(cursor.chain.sequence, cursor.chain.hash);
}

// A version of a row is written by one commit only, so rows never leave the digest.
Result<void> PartitionView::State::StoreOrGather(const log::ReadRecord& record,
                                                 log::AcceptedRecord& accepted, store::Batch* own) {
  store::Overlay rows(state());
  if (own == nullptr) TL_TRY_VOID(ApplyAll(accepted, rows));
  PutRecordRow(record, accepted, rows);
  store::Batch batch = rows.Take();
  if (own != nullptr) batch.merge(*own);
  Cursor next = CursorBehind(record, accepted, batch.size());
  for (const auto& [key, value] : batch) next.digest.Add(key, *value);
  batch[CursorKey(next.chain.partition)] = CursorBytes(next);
  batch.merge(gathered);  // What both have is newer here.
  if (gathering) {
    gathered = std::move(batch);
  } else {
    TL_TRY_VOID(store.Write(batch));
    gathered.clear();
  }
  MoveTo(std::move(next));
  return {};
}

Result<void> PartitionView::State::Fold(const log::ReadRecord& record,
                                        log::AcceptedRecord& accepted) {
  if (Result<void> applied = ApplyAll(accepted, pending); !applied.ok()) {
    pending.Discard();
    return applied;
  }
  PutRecordRow(record, accepted, pending);
  Cursor next = CursorBehind(record, accepted, pending.fresh());
  pending_digest.Add(pending.rows().last(pending.fresh()));
  pending.Keep();
  MoveTo(std::move(next));
  return {};
}

std::shared_ptr<const store::SortedRun> PartitionView::State::Pending() {
  Cursor next = cursor;
  next.digest = Digest();
  return pending.SortedWith(CursorKey(next.chain.partition), CursorBytes(next));
}

void PartitionView::State::ForgetPending() {
  cursor.digest = Digest();
  pending_digest.Clear();
  pending.Clear();
}

Result<void> PartitionView::State::StorePending() {
  if (pending.empty()) return {};
  const Result<void> stored = store.Ingest(Pending());
  if (!stored) return Fail(stored.error());
  ForgetPending();
  no_room.reset();
  return {};
}

Result<PartitionView::Consumed> PartitionView::State::Consume(const log::ReadRecord& record,
                                                              store::Batch* own) {
  if (stopped) return *stopped;
  Result<Consumed> consumed = ConsumeNext(record, own);
  if (!consumed) return Fail(std::move(consumed).error());
  const bool all_stored = pending.empty() && gathered.empty();
  if (consumed->kind == Consumed::Kind::kAccepted && all_stored) no_room.reset();
  if (on_consumed && consumed->kind != Consumed::Kind::kOld) on_consumed(record);
  return consumed;
}

PartitionView::PartitionView(std::unique_ptr<State> state) : state_(std::move(state)) {}
PartitionView::~PartitionView() = default;

Result<std::unique_ptr<PartitionView>> PartitionView::Open(store::KeyValueStore& store,
                                                           const Projection& projection,
                                                           const log::Founding& founding,
                                                           log::PartitionId partition) {
  TL_TRY(Cursor cursor, ReadCursor(store, std::move(partition)));
  auto state = std::make_unique<State>(store, projection, founding, std::move(cursor));
  return std::unique_ptr<PartitionView>(new PartitionView(std::move(state)));
}

Result<void> PartitionView::CheckCursor(const log::ReadRecord* record) {
  if (state_->stopped) return *state_->stopped;
  const Cursor& cursor = state_->cursor;
  if (!cursor.accepted_offset) return {};
  const log::Offset offset = *cursor.accepted_offset;
  if (record == nullptr || record->offset() != offset) {
    return state_->Stop(DamagedAt(partition(), offset,
                                  "it ends before sequence " +
                                      std::to_string(cursor.chain.sequence) +
                                      ", which was accepted here"));
  }
  if (!record->parsed() || record->hash() != cursor.chain.hash) {
    return state_->Stop(
        DamagedAt(partition(), offset, "another record stands there than was accepted"));
  }
  return {};
}

Result<PartitionView::Consumed> PartitionView::Consume(const log::ReadRecord& record) {
  return state_->Consume(record, nullptr);
}

Result<PartitionView::Consumed> PartitionView::ConsumeOwn(const log::ReadRecord& record,
                                                          store::Batch rows) {
  return state_->Consume(record, &rows);
}

Result<void> PartitionView::SetBulk(bool bulk) {
  if (!bulk) TL_TRY_VOID(state_->StorePending());
  state_->bulk = bulk;
  return {};
}

std::size_t PartitionView::pending_bytes() const { return state_->pending.bytes(); }

std::shared_ptr<const store::SortedRun> PartitionView::TakePending() {
  if (state_->pending.empty()) return nullptr;
  auto run = state_->Pending();
  state_->ForgetPending();
  return run;
}

void PartitionView::NoteStored(const Result<void>& stored) {
  if (stored.ok()) {
    state_->no_room.reset();
    if (!state_->bulk) state_->gathered.clear();
  } else {
    state_->Fail(stored.error());
  }
}

void PartitionView::SetGathering(bool gathering) { state_->gathering = gathering; }

const store::Batch& PartitionView::gathered() const { return state_->gathered; }

void PartitionView::OnConsumed(std::function<void(const log::ReadRecord&)> then) {
  state_->on_consumed = std::move(then);
}

void PartitionView::ForbidVoids() { state_->voids_forbidden = true; }

const log::PartitionId& PartitionView::partition() const { return state_->cursor.chain.partition; }
const log::ChainView& PartitionView::chain() const { return state_->cursor.chain; }
const log::Founding& PartitionView::founding() const { return state_->founding; }
const Projection& PartitionView::projection() const { return state_->projection; }
log::Offset PartitionView::next_offset() const { return state_->cursor.next_offset; }
std::optional<log::Offset> PartitionView::cursor_offset() const {
  return state_->cursor.accepted_offset;
}
const std::optional<Error>& PartitionView::stopped() const { return state_->stopped; }
const std::optional<Error>& PartitionView::no_room() const { return state_->no_room; }
void PartitionView::Stop(Error why) { state_->Stop(std::move(why)); }
store::StateDigest PartitionView::digest() const { return state_->Digest(); }
std::uint64_t PartitionView::rows() const { return state_->cursor.rows; }
std::uint64_t PartitionView::voids() const { return state_->cursor.voids + state_->voids_since; }
const VoidsRead& PartitionView::voids_read() const { return state_->voids_read; }
const store::KeyValueReader& PartitionView::state() const { return state_->state(); }

Result<std::optional<v1::RequestRow>> PartitionView::FindRequest(
    std::string_view actor, std::string_view request_id) const {
  TL_CHECK(projection().Decides(partition().stream));
  // The first outcome is the request's for ever, whatever a faulty writer did later.
  std::optional<store::RowVersion> first;
  TL_TRY_VOID(store::CutReader(state()).Versions(
      kRequests.id, RequestKey(partition(), actor, request_id), [&](store::RowVersion version) {
        first = std::move(version);
        return true;
      }));
  if (!first) return std::optional<v1::RequestRow>();
  v1::RequestRow row;
  if (!row.ParseFromString(first->bytes)) return store::UnreadableRow(kRequests.name, first->key);
  return std::optional<v1::RequestRow>(std::move(row));
}

}  // namespace twinledger::projection
