// The tables that the platform keeps in every projection (ids below 16). Keys begin with stream and
// partition as text; sequences are 20 digits, so that they order as numbers do.
#pragma once

#include "platform/log/partition.h"
#include "platform/store/table.h"
#include "twinledger/projection/v1/rows.pb.h"

namespace twinledger::projection {

inline constexpr store::Table<v1::CommitRow> kCommits{1, "commits"};
inline constexpr store::Table<v1::RecordRow> kRecords{2, "records"};
inline constexpr store::Table<v1::RequestRow> kRequests{3, "requests"};
inline constexpr store::Table<v1::ParkedRow> kParked{4, "parked"};

// Neither versioned nor in the digest: kept by plain keys, see partition_view.cc.
inline constexpr store::TableId kCursorTable = 5;
inline constexpr store::TableId kStoreTable = 6;

store::RowKey PartitionKey(const log::PartitionId& partition);
store::RowKey SequenceKey(const log::PartitionId& partition, log::Sequence sequence);
store::RowKey RequestKey(const log::PartitionId& partition, std::string_view actor,
                         std::string_view request_id);
store::RowKey ParkedKey(const log::PartitionId& partition, const log::v1::EntityKey& entity);

}  // namespace twinledger::projection
