#include "platform/projection/cursor.h"

#include <string>
#include <utility>

#include "platform/projection/platform_tables.h"
#include "platform/store/table.h"

namespace twinledger::projection {
namespace {

bool Parse(const std::string& bytes, Cursor& cursor) {
  v1::CursorRow row;
  if (!row.ParseFromString(bytes) || !crypto::HashFromBytes(row.hash(), cursor.chain.hash) ||
      !store::StateDigest::FromBytes(row.digest(), cursor.digest)) {
    return false;
  }
  cursor.chain.sequence = row.sequence();
  cursor.chain.record_time_us = row.record_time_us();
  cursor.chain.keys.assign(row.keys().begin(), row.keys().end());
  cursor.chain.closed = row.closed();
  cursor.accepted_offset = row.offset();
  cursor.next_offset = row.offset() + 1;
  cursor.rows = row.rows();
  cursor.voids = row.voids();
  return true;
}

}  // namespace

std::string CursorKey(const log::PartitionId& partition) {
  return store::EncodeRowKey(kCursorTable, PartitionKey(partition));
}

Result<Cursor> ReadCursor(const store::KeyValueReader& rows, log::PartitionId partition) {
  TL_TRY(const std::optional<std::string> bytes, rows.Get(CursorKey(partition)));
  std::string place = log::ToString(partition);
  Cursor cursor{log::EmptyView(std::move(partition))};
  if (bytes && !Parse(*bytes, cursor)) {
    return Error{
        Code::kDataLoss,
        "the store's cursor of " + place + " does not parse: rebuild the projection from the log",
        "STORE_DAMAGED",
        {{"partition", std::move(place)}}};
  }
  return cursor;
}

std::string CursorBytes(const Cursor& cursor) {
  v1::CursorRow row;
  row.set_sequence(cursor.chain.sequence);
  row.set_hash(cursor.chain.hash.data(), cursor.chain.hash.size());
  row.set_offset(cursor.accepted_offset.value_or(0));
  row.set_record_time_us(cursor.chain.record_time_us);
  for (const log::v1::PublicKey& key : cursor.chain.keys) *row.add_keys() = key;
  row.set_closed(cursor.chain.closed);
  row.set_digest(cursor.digest.ToBytes());
  row.set_rows(cursor.rows);
  row.set_voids(cursor.voids);
  return row.SerializeAsString();
}

}  // namespace twinledger::projection
