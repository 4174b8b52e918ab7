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

}  // namespace twinledger::projection
