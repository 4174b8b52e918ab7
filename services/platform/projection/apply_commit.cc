#include <string>
#include <utility>

#include "platform/base/planted_bug.h"
#include "platform/projection/partition_view.h"
#include "platform/projection/platform_tables.h"

namespace twinledger::projection {
namespace {

v1::CommitRow FollowedCommit(const log::AcceptedCommit& accepted) {
  const log::v1::Commit& commit = accepted.commit;
  v1::CommitRow row;
  row.set_hash(accepted.hash.data(), accepted.hash.size());
  row.set_record_time_us(commit.record_time_us());
  *row.mutable_key() = commit.key();
  row.set_outcome(commit.outcome());
  return row;
}

v1::CommitRow DecidedCommit(const log::AcceptedCommit& accepted) {
  const log::v1::Commit& commit = accepted.commit;
  v1::CommitRow row = FollowedCommit(accepted);
  row.set_actor(commit.actor());
  row.set_request_id(commit.request_id());
  row.set_method(commit.method());
  return row;
}

// The same in every projection that follows the stream.
struct FollowedBytes {
  std::string row;
};

void PutCommitRow(const log::PartitionId& partition, const log::AcceptedCommit& accepted,
                  bool decides, store::CommitRows& rows) {
  const store::RowKey key = SequenceKey(partition, accepted.commit.sequence());
  if (decides) return rows.Put(kCommits, key, DecidedCommit(accepted));
  const auto& bytes = accepted.made.Get<FollowedBytes>(
      [&accepted] { return FollowedBytes{FollowedCommit(accepted).SerializeAsString()}; });
  rows.PutBytes(kCommits.id, key, bytes.row);
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
  const bool decides = projection.Decides(partition.stream);
  PutCommitRow(partition, accepted, decides, rows);
  if (decides && !commit.request_id().empty()) PutRequestRow(partition, commit, rows);
  if (rows.fault()) return *rows.fault();
  return unapplied;
}

}  // namespace twinledger::projection
