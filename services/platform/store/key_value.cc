#include "platform/store/key_value.h"

namespace twinledger::store {

Result<void> KeyValueStore::WriteAll(std::span<const Batch* const> batches) {
  Batch all;
  for (const Batch* const batch : batches) {
    for (const auto& [key, value] : *batch) all.insert_or_assign(key, value);
  }
  return Write(all);
}

}  // namespace twinledger::store
