// How far a partition was read, and how the store keeps it: one plain row a partition, written with
// the rows of the record that it names.
#pragma once

#include <cstdint>
#include <optional>

#include "platform/base/result.h"
#include "platform/log/chain.h"
#include "platform/store/key_value.h"
#include "platform/store/state_digest.h"

namespace twinledger::projection {

struct Cursor {
  log::ChainView chain;
  std::optional<log::Offset> accepted_offset = std::nullopt;  // Of the last accepted record.
  log::Offset next_offset = 0;                                // Of the next record, void or not.
  store::StateDigest digest = {};
  std::uint64_t rows = 0;
  std::uint64_t voids = 0;
};

// As stored: the next offset is right behind the accepted record, whatever void ones were read
// since. A store without one begins at zero. DATA_LOSS, reason STORE_DAMAGED, if it does not parse.
Result<Cursor> ReadCursor(const store::KeyValueReader& rows, log::PartitionId partition);

// What it is stored as, and where.
std::string CursorKey(const log::PartitionId& partition);
std::string CursorBytes(const Cursor& cursor);

}  // namespace twinledger::projection
