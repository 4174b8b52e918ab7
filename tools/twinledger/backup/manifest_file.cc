#include "twinledger/backup/manifest_file.h"

#include <fmt/format.h>

#include <fstream>
#include <optional>
#include <utility>

#include "platform/base/private_file.h"
#include "twinledger/output/printer.h"

namespace twinledger::client {
namespace {

std::optional<std::string> TextOf(const Json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

std::optional<std::uint64_t> NumberOf(const Json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::uint64_t>();
}

// A path that stays in the backup.
bool IsInside(const std::string& path) {
  const std::filesystem::path parts(path);
  if (path.empty() || parts.is_absolute()) return false;
  for (const auto& part : parts) {
    if (part == "..") return false;
  }
  return true;
}

std::optional<HashedFile> FileOf(const Json& json) {
  HashedFile file;
  const auto path = TextOf(json, "path");
  const auto bytes = NumberOf(json, "bytes");
  const auto hash = TextOf(json, "sha256");
  if (!path || !bytes || !hash || !IsInside(*path)) return std::nullopt;
  if (!crypto::ParseHash(*hash, file.hash)) return std::nullopt;
  file.path = *path;
  file.bytes = *bytes;
  return file;
}

std::optional<BackupManifest> ManifestOf(const Json& json) {
  BackupManifest manifest;
  const auto log_id = TextOf(json, "log_id");
  const auto founding = TextOf(json, "founding_hash");
  const auto created = TextOf(json, "created");
  const auto records = NumberOf(json, "records");
  const auto commits = NumberOf(json, "commits");
  if (!log_id || !founding || !created || !records || !commits) return std::nullopt;
  const Result<WallTime> time = ParseTime(*created, Zone::kUtc);
  if (!time || !crypto::ParseHash(*founding, manifest.founding_hash)) return std::nullopt;
  const auto files = json.find("files");
  if (files == json.end() || !files->is_array()) return std::nullopt;
  for (const Json& each : *files) {
    auto file = FileOf(each);
    if (!file) return std::nullopt;
    manifest.files.push_back(*std::move(file));
  }
  manifest.log_id = *log_id;
  manifest.created = *time;
  manifest.records = *records;
  manifest.commits = *commits;
  return manifest;
}

}  // namespace

Result<void> WriteBackupManifest(const std::filesystem::path& backup,
                                 const BackupManifest& manifest) {
  Json json = {{"schema_version", kSchemaVersion},
               {"log_id", manifest.log_id},
               {"founding_hash", crypto::Hex(manifest.founding_hash)},
               {"created", TimeForPrograms(manifest.created)},
               {"records", manifest.records},
               {"commits", manifest.commits}};
  json["files"] = Json::array();
  for (const HashedFile& file : manifest.files) {
    json["files"].push_back(
        {{"path", file.path}, {"bytes", file.bytes}, {"sha256", crypto::Hex(file.hash)}});
  }
  return WritePrivateFile(backup / kBackupManifestName, json.dump(1) + "\n");
}

Result<BackupManifest> ReadBackupManifest(const std::filesystem::path& backup) {
  const std::filesystem::path path = backup / kBackupManifestName;
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return Error{.code = Code::kNotFound,
                 .message = fmt::format("{} is no backup: it has no {}", backup.string(),
                                        kBackupManifestName),
                 .reason = "BACKUP_MISSING",
                 .metadata = {{"folder", backup.string()}}};
  }
  const Json json = Json::parse(in, nullptr, /*allow_exceptions=*/false);
  auto manifest = json.is_object() ? ManifestOf(json) : std::nullopt;
  if (manifest) return *std::move(manifest);
  return Error{.code = Code::kDataLoss,
               .message = fmt::format("{} cannot be read: the backup is damaged", path.string()),
               .reason = "BACKUP_DAMAGED",
               .metadata = {{"file", path.string()}}};
}

}  // namespace twinledger::client
