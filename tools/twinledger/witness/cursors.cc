#include "twinledger/witness/cursors.h"

#include <memory>
#include <system_error>

#include "platform/log/founding.h"
#include "platform/projection/cursor.h"
#include "platform/store/rocks_store.h"

namespace twinledger::client {
namespace {

void AddCursors(const std::filesystem::path& folder, const log::Founding& founding,
                std::vector<log::Witness>& witnesses) {
  const auto rows = store::RocksStore::OpenForReading(folder);
  if (!rows) return;
  for (const log::PartitionId& partition : log::PartitionsOf(founding.root)) {
    const Result<projection::Cursor> cursor = projection::ReadCursor(**rows, partition);
    if (!cursor || cursor->chain.sequence == 0) continue;
    witnesses.push_back({.name = "projection " + folder.filename().string(),
                         .partition = partition,
                         .sequence = cursor->chain.sequence,
                         .hash = cursor->chain.hash});
  }
}

}  // namespace

std::vector<log::Witness> ReadCursors(const std::filesystem::path& projections,
                                      const log::Founding& founding) {
  std::vector<log::Witness> witnesses;
  std::error_code error;
  for (std::filesystem::directory_iterator at(projections, error), end; !error && at != end;
       at.increment(error)) {
    AddCursors(at->path(), founding, witnesses);
  }
  return witnesses;
}

}  // namespace twinledger::client
