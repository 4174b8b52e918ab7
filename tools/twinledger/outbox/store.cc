#include "twinledger/outbox/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>

#include "platform/base/locked_file.h"
#include "platform/base/private_file.h"

namespace twinledger::client {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kAddingLock = "adding.lock";
constexpr std::string_view kSendingLock = "sending.lock";
constexpr std::string_view kDraft = ".new";

// What others may read is not private any more, and what they may write is not ours.
bool IsExposed(const fs::path& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 &&
         ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0 || status.st_uid != geteuid());
}

Error Exposed(const fs::path& path, std::string reason, std::string_view mode) {
  return {.code = Code::kFailedPrecondition,
          .message = fmt::format("{} is not of this user alone: look who had it, then chmod {} it, "
                                 "or move it away",
                                 path.string(), mode),
          .reason = std::move(reason),
          .metadata = {{"path", path.string()}}};
}

Error TooLarge(std::size_t bytes, std::size_t bytes_max) {
  return {
      .code = Code::kInvalidArgument,
      .message = fmt::format("the request has {} bytes, and {} are the most that a server takes: "
                             "shorten its texts",
                             bytes, bytes_max),
      .reason = "TOO_LARGE",
      .metadata = {{"bytes", std::to_string(bytes)}}};
}

Error Full(const fs::path& folder, std::size_t entries_max) {
  return {
      .code = Code::kResourceExhausted,
      .message = fmt::format("{} requests wait in {} already, and no more are kept; nothing was "
                             "sent. Send them with `twinledger outbox flush`",
                             entries_max, folder.string()),
      .reason = "OUTBOX_FULL",
      .metadata = {{"folder", folder.string()}}};
}

Error NotKept(const Error& why) {
  return {.code = Code::kResourceExhausted,
          .message = fmt::format("it could not be kept, so nothing was sent: {}. Make room there, "
                                 "or leave --queue-if-offline out",
                                 why.message),
          .reason = "OUTBOX_DISK",
          .metadata = why.metadata};
}

Error IdReused(const EntryName& name) {
  return {.code = Code::kAlreadyExists,
          .message = fmt::format("request {} waits in the outbox already, with another content: "
                                 "drop it first, or use a UUID of its own for each request",
                                 name.id),
          .reason = "REQUEST_ID_REUSED",
          .metadata = {{"request_id", name.id}}};
}

Error Gone(const EntryName& name) {
  return {.code = Code::kNotFound,
          .message = fmt::format("{} does not wait any more", name.id),
          .reason = "ENTRY_GONE",
          .metadata = {{"id", name.id}}};
}

}  // namespace

Result<Outbox> Outbox::Open(const fs::path& root, OutboxOwner owner, const OutboxLimits& limits) {
  const fs::path folder = root / FolderNameOf(owner);
  TL_TRY_VOID(MakePrivateFolder(folder));
  if (IsExposed(folder)) return Exposed(folder, "OUTBOX_EXPOSED", "700");
  return Outbox(folder, std::move(owner), limits);
}

Result<EntryName> Outbox::Add(outbox::v1::Entry entry, const LockWait& wait) {
  if (entry.request().size() > limits_.request_bytes_max) {
    return TooLarge(entry.request().size(), limits_.request_bytes_max);
  }
  entry.set_account(owner_.account);
  entry.set_authority_sha256(owner_.authority);
  Result<FolderLock> adding = FolderLock::Take(folder_ / kAddingLock, wait);
  if (!adding && adding.error().reason == "FILE_ERROR") return NotKept(adding.error());
  if (!adding) return adding.error();
  TL_TRY(const std::vector<EntryName> names, Names());
  const auto same = std::ranges::find(names, entry.id(), &EntryName::id);
  if (same != names.end()) {
    TL_TRY(const outbox::v1::Entry kept, Load(*same));
    if (kept.method() == entry.method() && kept.request() == entry.request()) return *same;
    return IdReused(*same);
  }
  if (names.size() >= limits_.entries_max) return Full(folder_, limits_.entries_max);
  const EntryName name{.sequence = names.empty() ? 1 : names.back().sequence + 1, .id = entry.id()};
  const Result<void> written = Replace(name, entry);
  if (written) return name;
  unlink(PathOf(name).c_str());  // It may be there, and not for good.
  return NotKept(written.error());
}

Result<std::vector<EntryName>> Outbox::Names() const {
  TL_TRY(Listing listing, Read(folder_));
  return std::move(listing.entries);
}

Result<std::vector<std::string>> Outbox::Strangers() const {
  TL_TRY(Listing listing, Read(folder_));
  return std::move(listing.strangers);
}

std::vector<OtherOutbox> Outbox::Others() const {
  std::vector<OtherOutbox> others;
  std::error_code error;
  for (fs::directory_iterator at(folder_.parent_path(), error), end; !error && at != end;
       at.increment(error)) {
    if (at->path() == folder_) continue;
    const Result<Listing> listing = Read(at->path());
    if (!listing || listing->entries.empty()) continue;  // What is no folder has none.
    others.push_back({at->path(), listing->entries.size()});
  }
  std::ranges::sort(others, {}, &OtherOutbox::folder);
  return others;
}

Result<outbox::v1::Entry> Outbox::Load(const EntryName& name) const {
  const fs::path path = PathOf(name);
  TL_TRY(const std::optional<std::string> contents, FileContents(path));
  if (!contents) return Gone(name);
  if (IsExposed(path)) return Exposed(path, "ENTRY_EXPOSED", "600");
  TL_TRY(outbox::v1::Entry entry, DecodeEntry(*contents, path.string()));
  if (entry.account() == owner_.account && entry.authority_sha256() == owner_.authority &&
      entry.id() == name.id) {
    return entry;
  }
  return Error{.code = Code::kFailedPrecondition,
               .message = fmt::format("{}: was queued as {} (request {}): move it back where it "
                                      "came from",
                                      path.string(), entry.account(), entry.id()),
               .reason = "ENTRY_OF_ANOTHER",
               .metadata = {{"file", path.string()}, {"account", entry.account()}}};
}

Result<EntryName> Outbox::Find(std::string_view id) const {
  TL_TRY(const std::vector<EntryName> names, Names());
  const auto begins = [&](const EntryName& name) { return name.id.starts_with(id); };
  const auto found = std::ranges::find_if(names, begins);
  if (id.empty() || found == names.end()) {
    return Error{.code = Code::kNotFound,
                 .message = fmt::format("nothing waits as \"{}\" for this account: `twinledger "
                                        "outbox list` shows what does",
                                        id),
                 .reason = "ENTRY_UNKNOWN",
                 .metadata = {{"id", std::string(id)}}};
  }
  if (std::ranges::count_if(names, begins) == 1) return *found;
  return Error{
      .code = Code::kInvalidArgument,
      .message = fmt::format("\"{}\" is the beginning of several ids: write more of it", id),
      .reason = "ENTRY_AMBIGUOUS",
      .metadata = {{"id", std::string(id)}}};
}

Result<FolderLock> Outbox::LockSending(const LockWait& wait) {
  TL_TRY(FolderLock sending, FolderLock::Take(folder_ / kSendingLock, wait));
  // With both nobody writes.
  TL_TRY(const FolderLock adding, FolderLock::Take(folder_ / kAddingLock, wait));
  TL_TRY(const Listing listing, Read(folder_));
  for (const std::string& draft : listing.drafts) unlink((folder_ / draft).c_str());
  return sending;
}

Result<void> Outbox::Replace(const EntryName& name, const outbox::v1::Entry& entry) {
  const fs::path path = PathOf(name);
  Result<void> replaced = ReplaceFile(path, EncodeEntry(entry));
  if (!replaced) unlink((path.string() + std::string(kDraft)).c_str());  // On a full disk, room.
  return replaced;
}

Result<void> Outbox::Remove(const EntryName& name) {
  const fs::path path = PathOf(name);
  if (unlink(path.c_str()) != 0 && errno != ENOENT) return FileError(path, "remove");
  return SyncFolder();
}

Result<void> Outbox::SyncFolder() const {
  const OpenFile folder(folder_, O_RDONLY | O_DIRECTORY, FileLock::kNone);
  if (!folder.ok() || fsync(folder.fd()) != 0) return FileError(folder_, "sync");
  return {};
}

Result<Outbox::Listing> Outbox::Read(const fs::path& folder) {
  Listing listing;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string file = at->path().filename().string();
    if (file == kAddingLock || file == kSendingLock) continue;
    if (const auto name = ParseEntryName(file)) {
      listing.entries.push_back(*name);
    } else if (file.ends_with(kDraft)) {
      listing.drafts.push_back(file);
    } else {
      listing.strangers.push_back(file);
    }
  }
  if (error) {
    return Error{.code = Code::kInternal,
                 .message = fmt::format("{}: read: {}", folder.string(), error.message()),
                 .reason = "FILE_ERROR",
                 .metadata = {{"file", folder.string()}}};
  }
  std::ranges::sort(listing.entries);
  std::ranges::sort(listing.strangers);
  return listing;
}

}  // namespace twinledger::client
