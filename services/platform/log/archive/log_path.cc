#include "platform/log/archive/log_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "platform/base/data_directory.h"
#include "platform/log/archive/manifest.h"
#include "platform/log/founding.h"

namespace twinledger::log {
namespace {

bool Exists(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

bool HoldsSegments(const std::filesystem::path& directory) {
  return Exists(SegmentPath(directory, 1)) || Exists(directory / kHeadName);
}

// An export whose manifest was taken away: a log has HEAD, and since it was first opened LOCK.
bool LacksManifest(const std::filesystem::path& directory) {
  return Exists(SegmentPath(directory, 1)) && !Exists(directory / kHeadName) &&
         !Exists(directory / "LOCK");
}

Error NotFounded() {
  return {Code::kFailedPrecondition,
          "the log is not founded: it holds no founding; found it with `twinledger log init`",
          "NOT_FOUNDED"};
}

// Whether each partition has as many records as the manifest says.
Result<void> CheckEnds(EmbeddedLog& log, const std::filesystem::path& directory) {
  TL_TRY(const ReadManifestFile read, ReadManifest(directory));
  for (const v1::PartitionTip& tip : read.manifest.tips()) {
    const PartitionId partition{tip.stream(), tip.partition()};
    TL_TRY(const Offset held, log.Tail(partition));
    if (held == tip.records()) continue;
    return Damaged(directory / kManifestName, 0,
                   fmt::format("the manifest knows {} records of {}, and the files hold {}: "
                               "`twinledger log verify` tells more",
                               tip.records(), ToString(partition), held),
                   RecordPlace{partition, std::min(held, tip.records()), 0}, "LOG_LOST");
  }
  return {};
}

}  // namespace

Result<LogPath> ResolveLogPath(const std::filesystem::path& path) {
  if (Exists(path / kManifestName) || LacksManifest(path))
    return LogPath{LogPath::Kind::kExport, path};
  if (HoldsSegments(path)) return LogPath{LogPath::Kind::kEmbedded, path};
  const std::filesystem::path inner = DataDirectory(path).log();
  if (HoldsSegments(inner)) return LogPath{LogPath::Kind::kEmbedded, inner};
  return Error{Code::kNotFound,
               fmt::format("no log at {}; give a data directory, a log directory or an export",
                           path.string()),
               "LOG_MISSING",
               {{"path", path.string()}}};
}

Result<std::unique_ptr<EmbeddedLog>> OpenForReading(const LogPath& path) {
  if (path.kind == LogPath::Kind::kEmbedded) return EmbeddedLog::OpenReadOnly(path.directory);
  TL_TRY(auto log, EmbeddedLog::OpenWithoutHead(path.directory));
  TL_TRY_VOID(CheckEnds(*log, path.directory));
  return log;
}

Result<Founding> FindFounding(EmbeddedLog& log, std::optional<crypto::Hash> pin) {
  std::vector<ReadFrom> from;
  for (const PartitionId& partition : log.Partitions()) {
    if (partition.partition == 0) from.push_back({partition, 0});
  }
  // What stands in the log is there already; the first batch that is empty is its end.
  TL_TRY(const auto reader, log.OpenReader(std::move(from)));
  while (true) {
    TL_TRY(auto batch, reader->Next(std::chrono::milliseconds(0)));
    if (batch.empty()) return NotFounded();
    for (StoredRecord& stored : batch) {
      const ReadRecord record(stored.offset, std::move(stored.bytes));
      const std::optional<Founding> found = ReadRootFounding(record);
      if (found) return ReadFounding(log, stored.partition, pin);
    }
  }
}

}  // namespace twinledger::log
