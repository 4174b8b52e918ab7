#include "platform/projection/store_row.h"

#include <memory>
#include <utility>

#include "platform/projection/platform_tables.h"

namespace twinledger::projection {
namespace {

std::string StoreKey() { return store::EncodeRowKey(kStoreTable, {}); }

Error Damaged(std::string what) {
  return Error{Code::kDataLoss,
               "the store " + what + ": rebuild the projection from the log",
               "STORE_DAMAGED",
               {{"damage", std::move(what)}}};
}

}  // namespace

v1::StoreRow StoreRowOf(const Projection& projection, const log::Founding& founding) {
  v1::StoreRow row;
  row.set_projection(std::string(projection.name()));
  row.set_schema_version(projection.schema_version());
  row.set_founding_hash(founding.root_hash.data(), founding.root_hash.size());
  return row;
}

Result<std::optional<v1::StoreRow>> ReadStoreRow(const store::KeyValueReader& rows) {
  TL_TRY(const std::optional<std::string> bytes, rows.Get(StoreKey()));
  if (!bytes) {
    const std::unique_ptr<store::Iterator> at = rows.NewIterator();
    at->Seek("");
    if (at->Valid()) return Damaged("has rows, but none that says what it was built from");
    TL_TRY_VOID(at->status());
    return std::optional<v1::StoreRow>();
  }
  v1::StoreRow row;
  if (!row.ParseFromString(*bytes)) return Damaged("does not say what it was built from");
  return std::optional<v1::StoreRow>(std::move(row));
}

Result<void> WriteStoreRow(const v1::StoreRow& row, store::KeyValueStore& store) {
  return store.Write({{StoreKey(), row.SerializeAsString()}});
}

std::string DifferenceOf(const v1::StoreRow& built, const v1::StoreRow& wanted) {
  if (built.projection() != wanted.projection()) {
    return "it holds projection " + built.projection() + ", not " + wanted.projection();
  }
  if (built.schema_version() != wanted.schema_version()) {
    return "its schema version is " + std::to_string(built.schema_version()) + ", not " +
           std::to_string(wanted.schema_version());
  }
  if (built.founding_hash() != wanted.founding_hash()) return "it was built from another log";
  return {};
}

Result<void> CheckStoreRow(store::KeyValueStore& store, const Projection& projection,
                           const log::Founding& founding) {
  const v1::StoreRow wanted = StoreRowOf(projection, founding);
  TL_TRY(const std::optional<v1::StoreRow> built, ReadStoreRow(store));
  if (!built) return WriteStoreRow(wanted, store);
  const std::string difference = DifferenceOf(*built, wanted);
  if (difference.empty()) return {};
  return Error{Code::kFailedPrecondition,
               "the store cannot serve projection " + std::string(projection.name()) + ": " +
                   difference + "; rebuild it from the log",
               "STORE_OF_ANOTHER",
               {{"projection", std::string(projection.name())}, {"difference", difference}}};
}

}  // namespace twinledger::projection
