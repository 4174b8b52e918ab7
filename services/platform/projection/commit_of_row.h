// The commit that wrote a version of a row.
#pragma once

#include "platform/base/result.h"
#include "platform/log/partition.h"
#include "platform/store/table.h"
#include "twinledger/projection/v1/rows.pb.h"

namespace twinledger::projection {

// DATA_LOSS, reason STORE_DAMAGED, if it is not there: rows and commits are stored together.
Result<v1::CommitRow> CommitOfRow(const store::RowReader& rows, const log::PartitionId& partition,
                                  log::Sequence sequence);

}  // namespace twinledger::projection
