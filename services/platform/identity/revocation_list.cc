#include "platform/identity/revocation_list.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "platform/base/locked_file.h"

namespace twinledger::identity {
namespace {

constexpr std::string_view kHeading = "# revoked certificates; this line stays, also above none";

bool IsSerial(std::string_view text) {
  return !text.empty() && text.size() <= 40 && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
}

std::string Rfc3339(WallTime time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", std::chrono::floor<std::chrono::seconds>(time));
}

Error Refusal(const std::filesystem::path& file, std::string_view what, std::string reason) {
  return {Code::kFailedPrecondition,
          fmt::format("{}: {}", file.string(), what),
          std::move(reason),
          {{"file", file.string()}}};
}

Error ListMissing(const std::filesystem::path& file) {
  return Refusal(file,
                 fmt::format("the list of revoked certificates is missing, and without it each of "
                             "them would be let in again: restore it from a backup; if none was "
                             "ever revoked, write the one line '{}' into it",
                             kHeading),
                 "IDENTITY_MISSING");
}

Result<std::string> ListText(const std::filesystem::path& file) {
  TL_TRY(std::optional<std::string> text, FileContents(file));
  if (!text) return ListMissing(file);
  return *std::move(text);
}

Result<std::unordered_set<std::string>> Parse(const std::filesystem::path& file,
                                              std::string_view text) {
  const bool headed = text.starts_with(fmt::format("{}\n", kHeading));
  std::unordered_set<std::string> serials;
  int number = 0;
  while (!text.empty()) {
    std::string_view line = NextLine(text);
    ++number;
    line = line.substr(0, line.find('#'));
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) continue;
    line.remove_prefix(begin);
    const std::string_view serial = line.substr(0, line.find_first_of(" \t\r"));
    if (!IsSerial(serial)) {
      return Error{Code::kFailedPrecondition,
                   fmt::format("{}, line {}: '{}' is no serial number: correct the line, or remove "
                               "it if it revokes nothing",
                               file.string(), number, serial),
                   "BAD_REVOCATION_LIST",
                   {{"line", std::to_string(number)}}};
    }
    serials.emplace(serial);
  }
  if (headed || !serials.empty()) return serials;
  return Refusal(file,
                 fmt::format("the list of revoked certificates is empty, its heading included: "
                             "restore it from a backup; if none was ever revoked, write the one "
                             "line '{}' into it",
                             kHeading),
                 "REVOCATIONS_LOST");
}

Result<void> HoldsAll(const std::filesystem::path& folder,
                      const std::unordered_set<std::string>& serials,
                      const IssuedRegister& issued) {
  for (const std::string& serial : issued.revoked) {
    if (!serials.contains(serial)) return RevocationLost(folder, serial);
  }
  return {};
}

}  // namespace

std::filesystem::path RevokedFile(const std::filesystem::path& folder) {
  return folder / "revoked.txt";
}

bool IsLost(const Error& error) {
  return error.reason == "IDENTITY_MISSING" || error.reason == "REVOCATIONS_LOST";
}

Error RevocationLost(const std::filesystem::path& folder, std::string_view serial) {
  return Refusal(RevokedFile(folder),
                 fmt::format("certificate {} was revoked and the list does not hold it any more: "
                             "restore the list from a backup, or add the line again",
                             serial),
                 "REVOCATIONS_LOST");
}

Result<std::unordered_set<std::string>> ReadRevoked(const std::filesystem::path& folder,
                                                    const IssuedRegister& issued) {
  const std::filesystem::path file = RevokedFile(folder);
  TL_TRY(const std::string text, ListText(file));
  TL_TRY(std::unordered_set<std::string> serials, Parse(file, text));
  TL_TRY_VOID(HoldsAll(folder, serials, issued));
  return serials;
}

Result<void> CreateRevoked(const std::filesystem::path& folder) {
  return ReplaceFile(RevokedFile(folder), fmt::format("{}\n", kHeading));
}

Result<void> AddRevoked(const std::filesystem::path& folder,
                        const std::vector<IssuedEntry>& entries, WallTime now) {
  // Its lock stands for both files.
  const OpenFile locked(IssuedFile(folder), O_RDWR | O_CREAT | O_APPEND);
  if (!locked.ok()) return FileError(IssuedFile(folder), "lock");
  const std::filesystem::path file = RevokedFile(folder);
  TL_TRY(const IssuedRegister issued, ReadIssued(folder));
  TL_TRY(const std::string before, ListText(file));
  TL_TRY(std::unordered_set<std::string> serials, Parse(file, before));
  TL_TRY_VOID(HoldsAll(folder, serials, issued));
  std::string text = before;
  if (!text.starts_with(kHeading)) text = fmt::format("{}\n{}", kHeading, text);
  if (text.back() != '\n') text += '\n';
  for (const IssuedEntry& entry : entries) {
    text += fmt::format("{} {} {}\n", entry.serial, Rfc3339(now), entry.uri);
    serials.insert(entry.serial);
  }
  if (text != before) TL_TRY_VOID(ReplaceFile(file, text));
  // Last: what the register knows, the list holds, at any moment and in any copy of the two.
  std::vector<std::string> unregistered;
  for (const std::string& serial : serials) {
    if (!issued.revoked.contains(serial)) unregistered.push_back(serial);
  }
  return AppendRevocations(folder, locked.fd(), unregistered, now);
}

}  // namespace twinledger::identity
