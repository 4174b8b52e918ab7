#include "platform/projection/commit_of_row.h"

#include <string>
#include <utility>

#include "platform/projection/platform_tables.h"

namespace twinledger::projection {

Result<v1::CommitRow> CommitOfRow(const store::RowReader& rows, const log::PartitionId& partition,
                                  log::Sequence sequence) {
  TL_TRY(std::optional<v1::CommitRow> commit, rows.Get(kCommits, SequenceKey(partition, sequence)));
  if (commit) return *std::move(commit);
  return Error{Code::kDataLoss,
               "the commit of a row is missing: rebuild the projection from the log",
               "STORE_DAMAGED",
               {{"position", log::ToString(partition) + "/" + std::to_string(sequence)}}};
}

Result<void> VisitCommits(const store::KeyValueReader& rows, const log::PartitionId& partition,
                          log::Sequence seen, log::Sequence end,
                          const std::function<Result<void>(const v1::CommitRow&)>& visit) {
  if (seen >= end) return {};
  Result<void> visited;
  TL_TRY_VOID(store::CutReader(rows).Scan(
      kCommits.id, PartitionKey(partition), SequenceKey(partition, seen + 1),
      [&](const store::RowVersion& version) {
        if (version.sequence > end) return false;  // A commit's row is written by itself.
        v1::CommitRow commit;
        visited = commit.ParseFromString(version.bytes)
                      ? visit(commit)
                      : Result<void>(store::UnreadableRow(kCommits.name, version.key));
        return visited.ok();
      }));
  return visited;
}

}  // namespace twinledger::projection
