#include "platform/projection/partition_status.h"

#include "platform/crypto/hash.h"
#include "platform/projection/cursor.h"
#include "platform/projection/platform_tables.h"

namespace twinledger::projection {
namespace {

Result<std::uint64_t> CountParked(const store::KeyValueReader& rows,
                                  const log::PartitionId& partition) {
  std::uint64_t count = 0;
  TL_TRY_VOID(store::CutReader(rows).Scan(kParked.id, PartitionKey(partition), {},
                                          [&](const store::RowVersion&) { return ++count > 0; }));
  return count;
}

}  // namespace

void ReadStored(const store::KeyValueReader& rows, PartitionStatus& status) {
  const Result<Cursor> cursor = ReadCursor(rows, status.partition);
  const Result<std::uint64_t> parked = CountParked(rows, status.partition);
  if (!cursor || !parked) {
    if (!status.stopped) status.stopped = cursor ? parked.error() : cursor.error();
    return;
  }
  status.sequence = cursor->chain.sequence;
  status.record_time_us = cursor->chain.record_time_us;
  status.rows = cursor->rows;
  status.parked = *parked;
  status.digest = crypto::Hex(cursor->digest.Summary());
}

}  // namespace twinledger::projection
