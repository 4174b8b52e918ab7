// What a store was built from: a row of its own, once per store.
#pragma once

#include <optional>
#include <string>

#include "platform/base/result.h"
#include "platform/log/chain.h"
#include "platform/projection/projection.h"
#include "platform/store/key_value.h"
#include "twinledger/projection/v1/rows.pb.h"

namespace twinledger::projection {

v1::StoreRow StoreRowOf(const Projection& projection, const log::Founding& founding);

// Nothing if the store is empty. DATA_LOSS, reason STORE_DAMAGED, if it has rows and no such one,
// or one that does not parse.
Result<std::optional<v1::StoreRow>> ReadStoreRow(const store::KeyValueReader& rows);

Result<void> WriteStoreRow(const v1::StoreRow& row, store::KeyValueStore& store);

// Writes the row to an empty store. FAILED_PRECONDITION, reason STORE_OF_ANOTHER, if another one
// stands there.
Result<void> CheckStoreRow(store::KeyValueStore& store, const Projection& projection,
                           const log::Founding& founding);

// For a person: in what the two differ. Empty if in nothing.
std::string DifferenceOf(const v1::StoreRow& built, const v1::StoreRow& wanted);

}  // namespace twinledger::projection
