#include "twinledger/outbox/entry_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/base/uuid.h"
#include "platform/base/whole_number.h"
#include "platform/crypto/hash.h"

namespace twinledger::client {
namespace {

constexpr std::string_view kFormat = "twinledger outbox ";
constexpr std::string_view kVersion = "1\n";
constexpr std::string_view kSuffix = ".entry";
constexpr std::size_t kSequenceDigits = 20;
constexpr std::size_t kHashDigits = 64;

Error Damaged(const std::string& file, std::string_view what) {
  return {.code = Code::kDataLoss,
          .message = fmt::format("{}: {}: what was queued there is lost. Submit it anew, then drop "
                                 "it or move the file away",
                                 file, what),
          .reason = "ENTRY_DAMAGED",
          .metadata = {{"file", file}}};
}

Error Newer(const std::string& file) {
  return {.code = Code::kUnimplemented,
          .message = fmt::format("{}: was queued by a later twinledger: send it with that", file),
          .reason = "ENTRY_NEWER",
          .metadata = {{"file", file}}};
}

bool IsVersion(std::string_view text) {
  return !text.empty() && text.size() < 10 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string FileNameOf(const EntryName& name) {
  return fmt::format("{:020}-{}{}", name.sequence, name.id, kSuffix);
}

std::optional<EntryName> ParseEntryName(std::string_view file_name) {
  if (!file_name.ends_with(kSuffix)) return std::nullopt;
  file_name.remove_suffix(kSuffix.size());
  const std::string_view digits = file_name.substr(0, kSequenceDigits);
  const auto sequence = WholeNumber<decltype(EntryName::sequence)>(digits);
  if (digits.size() != kSequenceDigits || !sequence) return std::nullopt;
  const std::string_view rest = file_name.substr(kSequenceDigits);
  if (!rest.starts_with('-') || !IsUuid(rest.substr(1))) return std::nullopt;
  return EntryName{*sequence, std::string(rest.substr(1))};
}

std::string EncodeEntry(const outbox::v1::Entry& entry) {
  const std::string bytes = entry.SerializeAsString();
  return fmt::format("{}{}{}\n{}", kFormat, kVersion, crypto::Hex(crypto::Sha256(bytes)), bytes);
}

Result<outbox::v1::Entry> DecodeEntry(std::string_view contents, const std::string& file) {
  if (!contents.starts_with(kFormat)) return Damaged(file, "is no entry of an outbox");
  contents.remove_prefix(kFormat.size());
  if (!contents.starts_with(kVersion)) {
    const bool newer = IsVersion(contents.substr(0, contents.find('\n')));
    return newer ? Newer(file) : Damaged(file, "is no entry of an outbox");
  }
  contents.remove_prefix(kVersion.size());
  const std::string_view hash = contents.substr(0, kHashDigits);
  contents.remove_prefix(hash.size());
  if (!contents.starts_with('\n')) return Damaged(file, "ends early");
  contents.remove_prefix(1);
  outbox::v1::Entry entry;
  if (crypto::Hex(crypto::Sha256(contents)) != hash ||
      !entry.ParseFromArray(contents.data(), static_cast<int>(contents.size()))) {
    return Damaged(file, "its contents are not what its checksum says");
  }
  return entry;
}

}  // namespace twinledger::client
