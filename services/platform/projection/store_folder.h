// The folder in which a projection's store lies. What it holds can be deleted at any time, so a
// store that is damaged, or built by another schema version, is replaced by an empty one, and the
// runner fills that from the log. It also remembers how far its log reached, and which log that
// was: one of another founding is evidence that the log beside it was replaced, and is left alone.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "platform/base/result.h"
#include "platform/log/chain.h"
#include "platform/projection/projection.h"
#include "platform/store/key_value.h"

namespace twinledger::projection {

// What of a store is read before it is used.
enum class StoreCheck {
  kEveryFile,  // What was damaged while nobody looked is built anew before anybody reads it.
  // Of a store that was closed as it should be, and whose files nobody changed since: its manifest,
  // that each file is there with its size, and all cursors. What else is damaged is found by who
  // reads it, as an error and never as a row, or by KeyValueStore::Verify.
  kCursors,
};

struct OpenedStore {
  std::unique_ptr<store::KeyValueStore> store;
  std::string made_because;  // For a person and the log; empty if it was found as it should be.
};

// DATA_LOSS, reason OTHER_FOUNDING, if it was built from another log. FAILED_PRECONDITION, reason
// STORE_IN_USE, if another process has it open; reason NOT_A_STORE if the folder holds files of
// something else, which are not touched.
Result<OpenedStore> OpenStore(const std::filesystem::path& folder, const Projection& projection,
                              const log::Founding& founding,
                              StoreCheck check = StoreCheck::kEveryFile);

// An empty store, whatever was there before. Errors as OpenStore.
Result<std::unique_ptr<store::KeyValueStore>> MakeStore(const std::filesystem::path& folder,
                                                        const Projection& projection,
                                                        const log::Founding& founding);

// Errors as OpenStore. What is absent is removed already.
Result<void> RemoveStore(const std::filesystem::path& folder);

}  // namespace twinledger::projection
