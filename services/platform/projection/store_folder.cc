#include "platform/projection/store_folder.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "platform/projection/consistency.h"
#include "platform/projection/store_row.h"
#include "platform/store/rocks_store.h"

namespace twinledger::projection {
namespace {

namespace fs = std::filesystem;

// Whether RocksDB, or the store above it, gives its files such a name.
bool IsStoreFile(const fs::path& path) {
  constexpr std::array<std::string_view, 7> kStems = {"CURRENT",   "IDENTITY", "LOCK",  "LOG",
                                                      "MANIFEST-", "OPTIONS-", "ingest"};
  constexpr std::array<std::string_view, 4> kExtensions = {".sst", ".log", ".dbtmp", ".blob"};
  const std::string name = path.filename().string();
  const std::string extension = path.extension().string();
  return std::any_of(kStems.begin(), kStems.end(),
                     [&](std::string_view stem) { return name.starts_with(stem); }) ||
         std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

Error NotRemovable(const fs::path& folder, const std::error_code& cause) {
  return Error{Code::kUnavailable,
               "the store in " + folder.string() + " cannot be removed: " + cause.message(),
               "STORE_IO",
               {{"folder", folder.string()}, {"cause", cause.message()}}};
}

// Why the store cannot be used as it is; empty if it can.
Result<std::string> FaultOf(const store::RocksStore& store, const Projection& projection,
                            const log::Founding& founding) {
  // What was damaged while nobody looked must not be served; reading it all is much cheaper than
  // making it.
  TL_TRY_VOID(store.Verify());
  TL_TRY(const std::optional<v1::StoreRow> built, ReadStoreRow(store));
  if (!built) return std::string("nothing was built there");
  const std::string difference = DifferenceOf(*built, StoreRowOf(projection, founding));
  if (!difference.empty()) return difference;
  TL_TRY_VOID(CutOf(store, founding, projection.streams()));  // Every cursor parses.
  return std::string();
}

}  // namespace

Result<void> RemoveStore(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) return {};
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (IsStoreFile(at->path())) continue;
    return Error{Code::kFailedPrecondition,
                 "the store in " + folder.string() + " is to be replaced, but the folder holds " +
                     at->path().filename().string() + ", which is no file of it: move it away",
                 "NOT_A_STORE",
                 {{"folder", folder.string()}, {"file", at->path().filename().string()}}};
  }
  if (!error) fs::remove_all(folder, error);
  if (error) return NotRemovable(folder, error);
  return {};
}

Result<std::unique_ptr<store::KeyValueStore>> MakeStore(const fs::path& folder,
                                                        const Projection& projection,
                                                        const log::Founding& founding) {
  TL_TRY_VOID(RemoveStore(folder));
  TL_TRY(std::unique_ptr<store::RocksStore> store, store::RocksStore::Create(folder));
  TL_TRY_VOID(WriteStoreRow(StoreRowOf(projection, founding), *store));
  return std::unique_ptr<store::KeyValueStore>(std::move(store));
}

Result<OpenedStore> OpenStore(const fs::path& folder, const Projection& projection,
                              const log::Founding& founding) {
  OpenedStore opened;
  Result<std::unique_ptr<store::RocksStore>> found = store::RocksStore::Open(folder);
  if (found) {
    const Result<std::string> fault = FaultOf(**found, projection, founding);
    if (fault && fault->empty()) {
      opened.store = *std::move(found);
      return opened;
    }
    if (!fault && fault.error().code != Code::kDataLoss) return fault.error();
    opened.replaced_because = fault ? *fault : fault.error().message;
    (*found).reset();
  } else if (found.error().reason == "STORE_DAMAGED") {
    opened.replaced_because = found.error().message;
  } else if (found.error().reason != "STORE_ABSENT") {
    return found.error();
  }
  TL_TRY(opened.store, MakeStore(folder, projection, founding));
  return opened;
}

}  // namespace twinledger::projection
