#include "platform/identity/issued_certificates.h"

#include <fcntl.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "platform/base/locked_file.h"

namespace twinledger::identity {
namespace {

std::int64_t SecondsOf(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

std::optional<std::string> TextOf(const nlohmann::json& line, const char* name) {
  const auto found = line.find(name);
  if (found == line.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

Result<void> AppendLines(const std::filesystem::path& path, int fd, const std::string& lines) {
  char last = '\n';
  const off_t size = lseek(fd, 0, SEEK_END);
  if (size > 0 && pread(fd, &last, 1, size - 1) != 1) return FileError(path, "read");
  // A line that a crash cut is ended first, so that it cannot spoil these.
  if (!WriteAndSync(fd, (last == '\n' ? "" : "\n") + lines)) return FileError(path, "append");
  return {};
}

}  // namespace

std::filesystem::path IssuedFile(const std::filesystem::path& folder) {
  return folder / "issued.jsonl";
}

Result<IssuedRegister> ReadIssued(const std::filesystem::path& folder) {
  TL_TRY(const std::optional<std::string> text, FileContents(IssuedFile(folder)));
  IssuedRegister issued;
  for (std::string_view rest = text ? *text : std::string_view(); !rest.empty();) {
    const nlohmann::json line = nlohmann::json::parse(NextLine(rest), nullptr, false);
    if (!line.is_object()) continue;
    if (std::optional<std::string> revoked = TextOf(line, "revoked")) {
      issued.revoked.insert(*std::move(revoked));
      continue;
    }
    std::optional<std::string> serial = TextOf(line, "serial");
    std::optional<std::string> uri = TextOf(line, "uri");
    const auto not_after = line.find("not_after_s");
    if (!serial || !uri || not_after == line.end() || !not_after->is_number_integer()) continue;
    issued.entries.push_back(
        {.serial = *std::move(serial),
         .uri = *std::move(uri),
         .not_after = WallTime(std::chrono::seconds(not_after->get<std::int64_t>()))});
  }
  return issued;
}

Result<void> AppendIssued(const std::filesystem::path& folder, const IssuedEntry& entry) {
  const std::filesystem::path path = IssuedFile(folder);
  const OpenFile file(path, O_RDWR | O_CREAT | O_APPEND);
  if (!file.ok()) return FileError(path, "open");
  const nlohmann::json line{
      {"serial", entry.serial}, {"uri", entry.uri}, {"not_after_s", SecondsOf(entry.not_after)}};
  return AppendLines(path, file.fd(), line.dump() + "\n");
}

Result<void> AppendRevocations(const std::filesystem::path& folder, int locked_fd,
                               const std::vector<std::string>& serials, WallTime now) {
  std::string lines;
  for (const std::string& serial : serials) {
    lines += nlohmann::json{{"revoked", serial}, {"at_s", SecondsOf(now)}}.dump() + "\n";
  }
  return lines.empty() ? Result<void>() : AppendLines(IssuedFile(folder), locked_fd, lines);
}

}  // namespace twinledger::identity
