#include <fmt/format.h>

#include <algorithm>

#include "platform/log/archive/log_path.h"
#include "twinledger/backup/manifest_file.h"
#include "twinledger/command/log/commands.h"

namespace twinledger::client {

bool AsksServer(const Session& session) {
  const auto told = [&](std::string_view name) {
    const std::string& source = session.settings().find(name)->second.source;
    return source.starts_with("flag ") || source.starts_with("variable ");
  };
  const auto flag = [&](std::string_view name) {
    return session.settings().find(name)->second.source.starts_with("flag ");
  };
  // An account of a data directory is one of its server; and whoever names a server means it, also
  // beside a data directory, which then only has the credentials.
  if (flag("as") || flag("server") || flag("credentials")) return true;
  if (told("data_dir")) return false;
  if (told("server") || told("profile") || told("credentials")) return true;
  return !log::ResolveLogPath(session.data_dir()).ok();
}

Result<void> RefuseBackup(const std::filesystem::path& path) {
  std::error_code absent;
  if (!std::filesystem::exists(path / kBackupManifestName, absent)) return {};
  return Error{
      .code = Code::kInvalidArgument,
      .message = fmt::format("{0} is a backup: `twinledger backup verify {0}` checks all of "
                             "it; the log in it, as an export, is {1}",
                             path.string(), (path / "log").string()),
      .reason = "IS_BACKUP",
      .metadata = {{"path", path.string()}, {"log", (path / "log").string()}}};
}

Result<OpenedForReading> OpenLogForReading(const std::filesystem::path& path) {
  TL_TRY_VOID(RefuseBackup(path));
  TL_TRY(const log::LogPath place, log::ResolveLogPath(path));
  OpenedForReading opened;
  TL_TRY(opened.log, log::OpenForReading(place));
  TL_TRY(opened.founding, log::FindFounding(*opened.log, std::nullopt));
  return opened;
}

std::string PositionText(const log::PartitionId& partition, log::Sequence sequence) {
  return fmt::format("{}/{}", log::ToString(partition), sequence);
}

void AddLog(Command root) {
  Command group = root.Group("log", "the log itself: verify, replay, export, import, digest, init",
                             "twinledger log verify data --founding-hash HASH\n"
                             "twinledger log replay --stream registry -o jsonl\n"
                             "twinledger log export out-2026-11-26 --data-dir data");
  AddLogInit(group);
  AddLogVerify(group);
  AddLogReplay(group);
  AddLogExport(group);
  AddLogImport(group);
  AddLogDigest(group);
}

}  // namespace twinledger::client
