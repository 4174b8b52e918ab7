// How rows lie in a store: the bytes that table.h describes. For those who read and write rows;
// everybody else has tables.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/result.h"
#include "platform/store/key_value.h"
#include "platform/store/table.h"

namespace twinledger::store {

inline constexpr std::size_t kTableBytes = 2;
inline constexpr std::size_t kVersionBytes = 8;
inline constexpr log::Sequence kNewestVersion = std::numeric_limits<log::Sequence>::max();

void AppendRowKey(TableId table, const RowKey& key, std::string& out);
void AppendVersion(log::Sequence sequence, std::string& out);

// What stands in front of a row's bytes.
void AppendOrigin(const log::PartitionId& partition, bool deleted, std::string& out);
// Takes it off; false if the value has none.
bool DecodeOrigin(std::string_view& value, log::PartitionId& partition, bool& deleted);

// Of a version's key.
inline std::string_view RowOf(std::string_view key) {
  return key.substr(0, key.size() - kVersionBytes);
}
// Whether a key is that of a version of the row.
inline bool IsVersionOf(std::string_view key, std::string_view row) {
  return key.size() == row.size() + kVersionBytes && key.starts_with(row);
}
log::Sequence SequenceOf(std::string_view key);

// With the row's key, and without it, for who has that.
Result<RowVersion> Decode(std::string_view key, std::string_view value);
Result<RowVersion> DecodeVersion(std::string_view key, std::string_view value);

// How far a cut lets one see of a partition.
log::Sequence LimitOf(const std::optional<Cut>& cut, const log::PartitionId& partition);

// Moves `at`, which stands at the newest version of `row`, to the newest within the cut. False if
// there is none. One move suffices: all versions of a row are of one partition.
Result<bool> MoveToVisible(Iterator& at, std::string_view row, const std::optional<Cut>& cut);

// Newest version within the cut, deleted or not; without the row's key. Moves `at`.
Result<std::optional<RowVersion>> NewestVersion(Iterator& at, const std::string& row,
                                                const std::optional<Cut>& cut);
// What a reader makes of it.
std::optional<RowVersion> Found(std::optional<RowVersion> version, const RowKey& key);

Error DamagedRow(std::string_view key);
Error RowOfAnotherPartition(std::string_view row, const log::PartitionId& owner,
                            const log::PartitionId& writer);

}  // namespace twinledger::store
