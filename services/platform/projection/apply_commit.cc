#include <string>
#include <utility>

#include "platform/base/planted_bug.h"
#include "platform/projection/partition_view.h"
#include "platform/projection/platform_tables.h"

namespace twinledger::projection {
namespace {

// The same in every projection.
struct CommitBytes {
  std::string row;
};

CommitBytes BytesOf(const log::AcceptedCommit& accepted) {
  const log::v1::Commit& commit = accepted.commit;
  v1::CommitRow row;
  row.set_hash(accepted.hash.data(), accepted.hash.size());
  row.set_record_time_us(commit.record_time_us());
  row.set_actor(commit.actor());
  row.set_request_id(commit.request_id());
  row.set_method(commit.method());
  *row.mutable_key() = commit.key();
  row.set_outcome(commit.outcome());
  return {row.SerializeAsString()};
}

void PutCommitRow(const log::PartitionId& partition, const log::AcceptedCommit& accepted,
                  store::CommitRows& rows) {
  const auto& bytes = accepted.made.Get<CommitBytes>([&accepted] { return BytesOf(accepted); });
  rows.PutBytes(kCommits.id, SequenceKey(partition, accepted.commit.sequence()), bytes.row);
}

void PutRequestRow(const log::PartitionId& partition, const log::v1::Commit& commit,
                   store::CommitRows& rows) {
  v1::RequestRow request;
  request.set_digest(commit.request_digest());
  request.set_sequence(commit.sequence());
  request.set_outcome(commit.outcome());
  if (commit.has_refusal()) *request.mutable_refusal() = commit.refusal();
  rows.Put(kRequests, RequestKey(partition, commit.actor(), commit.request_id()), request);
}

}  // namespace

Result<std::optional<Unapplicable>> ApplyCommit(const Projection& projection,
                                                const log::PartitionId& partition,
                                                const log::AcceptedCommit& accepted,
                                                store::CommitRows& rows) {
  const log::v1::Commit& commit = accepted.commit;
  rows.Begin(partition, commit.sequence());
  std::optional<Unapplicable> unapplied;
  if (commit.events_size() > 0 && !commit.has_control()) {
    const store::RowKey key = ParkedKey(partition, commit.key());
    TL_TRY(std::optional<v1::ParkedRow> parked, rows.Get(kParked, key));
    if (parked) {
      parked->set_waiting(parked->waiting() + 1);
      unapplied = Unapplicable{parked->error()};
    } else {
      unapplied = projection.Apply(partition, accepted, rows);
      if (unapplied) {
        if (!Planted(PlantedBug::kHalfAppliedCommit)) rows.Rollback();
        parked.emplace();
        parked->set_sequence(commit.sequence());
        parked->set_error(unapplied->error);
      }
    }
    if (parked) rows.Put(kParked, key, *parked);
  }
  PutCommitRow(partition, accepted, rows);
  if (!commit.request_id().empty() && projection.Decides(partition.stream)) {
    PutRequestRow(partition, commit, rows);
  }
  if (rows.fault()) return *rows.fault();
  return unapplied;
}

}  // namespace twinledger::projection
