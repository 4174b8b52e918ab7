// The commit that wrote a version of a row, and those that a reader has not seen yet.
#pragma once

#include <functional>

#include "platform/base/result.h"
#include "platform/log/partition.h"
#include "platform/store/table.h"
#include "twinledger/projection/v1/rows.pb.h"

namespace twinledger::projection {

// Who asked for it is told only where the projection decides the stream. DATA_LOSS, reason
// STORE_DAMAGED, if it is not there: rows and commits are stored together.
Result<v1::CommitRow> CommitOfRow(const store::RowReader& rows, const log::PartitionId& partition,
                                  log::Sequence sequence);

// Those behind `seen` and up to `end`, in order. DATA_LOSS, reason STORE_DAMAGED, of one that does
// not parse.
Result<void> VisitCommits(const store::KeyValueReader& rows, const log::PartitionId& partition,
                          log::Sequence seen, log::Sequence end,
                          const std::function<Result<void>(const v1::CommitRow&)>& visit);

}  // namespace twinledger::projection
