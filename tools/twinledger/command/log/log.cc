#include <fmt/format.h>

#include <algorithm>

#include "platform/log/archive/log_path.h"
#include "platform/log/embedded/embedded_log.h"
#include "platform/log/founding.h"
#include "twinledger/backup/manifest_file.h"
#include "twinledger/command/log/commands.h"

namespace twinledger::client {

bool AsksServer(const Session& session, const std::string& log) {
  if (!log.empty()) return false;
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

Result<std::optional<log::KafkaAddress>> ParseLogFlag(const std::string& text) {
  std::optional<log::KafkaAddress> kafka;
  if (text.empty() || text == "embedded") return kafka;
  TL_TRY(kafka, log::ParseKafkaAddress(text));
  return kafka;
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
  TL_TRY(std::unique_ptr<log::EmbeddedLog> files, log::OpenForReading(place));
  TL_TRY(opened.founding, log::FindFounding(*files, std::nullopt));
  opened.log = std::move(files);
  return opened;
}

Result<OpenedForReading> OpenLogOf(const Session& session, const std::string& log) {
  TL_TRY(const std::optional<log::KafkaAddress> kafka, ParseLogFlag(log));
  if (!kafka) return OpenLogForReading(session.data_dir());
  return session.edition().open_topics(*kafka);
}

std::string PositionText(const log::PartitionId& partition, log::Sequence sequence) {
  return fmt::format("{}/{}", log::ToString(partition), sequence);
}

Command AddLog(Command root) {
  Command group =
      root.Group("log", "the log itself: verify, replay, export, import, move, digest, init",
                 "twinledger log verify data --founding-hash HASH\n"
                 "twinledger log replay --stream registry -o jsonl\n"
                 "twinledger log export out-2026-11-26 --data-dir data");
  AddLogVerify(group);
  AddLogReplay(group);
  AddLogExport(group);
  AddLogDigest(group);
  return group;
}

}  // namespace twinledger::client
