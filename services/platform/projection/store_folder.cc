#include "platform/projection/store_folder.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "platform/crypto/hash.h"
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

Error BuiltFromAnother(const fs::path& folder, const v1::StoreRow& built,
                       const v1::StoreRow& wanted) {
  const std::string before = crypto::Hex(built.founding_hash());
  const std::string found = crypto::Hex(wanted.founding_hash());
  return Error{
      Code::kDataLoss,
      "the projection in " + folder.string() + " was built from the log with founding hash " +
          before + ", and the log that is here was founded as " + found +
          ": the log, or the projection, is another one's; restore the right log; if "
          "this one is meant, remove that folder yourself, and the projection is built anew",
      "OTHER_FOUNDING",
      {{"folder", folder.string()}, {"built_from", before}, {"found", found}}};
}

// Why the store cannot be used as it is; empty if it can.
Result<std::string> FaultOf(const store::RocksStore& store, const fs::path& folder,
                            const Projection& projection, const log::Founding& founding,
                            StoreCheck check) {
  TL_TRY(const std::optional<v1::StoreRow> built, ReadStoreRow(store));
  const v1::StoreRow wanted = StoreRowOf(projection, founding);
  if (built && built->founding_hash() != wanted.founding_hash()) {
    return BuiltFromAnother(folder, *built, wanted);
  }
  // Reading it all is much cheaper than making it.
  if (check == StoreCheck::kEveryFile) TL_TRY_VOID(store.Verify([] { return true; }));
  if (!built) return std::string("it holds nothing, not even what it was built from");
  const std::string difference = DifferenceOf(*built, wanted);
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
                              const log::Founding& founding, StoreCheck check) {
  OpenedStore opened;
  Result<std::unique_ptr<store::RocksStore>> found = store::RocksStore::Open(folder);
  if (found) {
    const Result<std::string> fault = FaultOf(**found, folder, projection, founding, check);
    if (fault && fault->empty()) {
      opened.store = *std::move(found);
      return opened;
    }
    if (!fault && fault.error().reason != "STORE_DAMAGED") return fault.error();
    // What a read is told of damage names no file; the store knows it.
    const Result<void> verdict = (*found)->Verdict();
    opened.made_because = fault ? *fault : fault.error().message;
    if (!verdict) opened.made_because = verdict.error().message;
    (*found).reset();
  } else if (found.error().reason == "STORE_DAMAGED" || found.error().reason == "STORE_ABSENT") {
    opened.made_because = found.error().message;
  } else {
    return found.error();
  }
  TL_TRY(opened.store, MakeStore(folder, projection, founding));
  return opened;
}

}  // namespace twinledger::projection
