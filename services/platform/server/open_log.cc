#include "platform/server/open_log.h"

#include <system_error>

#include "platform/base/private_file.h"
#include "platform/base/uuid.h"
#include "platform/log/embedded/embedded_log.h"
#include "platform/log/founding.h"

namespace twinledger::server {
namespace {

std::filesystem::path DraftFile(const DataDirectory& data) {
  return data.root() / "founding.draft";
}

bool HoldsAnything(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::exists(path, error) &&
         (!std::filesystem::is_directory(path, error) || !std::filesystem::is_empty(path, error));
}

enum class Contents { kNothing, kDraft, kLog, kRemains };

Contents Look(const DataDirectory& data) {
  if (HoldsAnything(DraftFile(data))) return Contents::kDraft;
  if (HoldsAnything(data.log())) return Contents::kLog;
  const bool remains = HoldsAnything(data.keys()) || HoldsAnything(data.root() / "projections");
  return remains ? Contents::kRemains : Contents::kNothing;
}

Error LogMissing(const DataDirectory& data) {
  return {
      Code::kFailedPrecondition,
      data.root().string() +
          ": its log is missing, but keys or projections of one are there; restore the log from "
          "a backup, or name an empty data directory to found another one",
      "LOG_MISSING",
      {{"data_dir", data.root().string()}}};
}

// The id of the log that is being founded: the same one however often a crash cuts it short.
Result<std::string> DraftLogId(const DataDirectory& data, RandomSource& random) {
  if (!HoldsAnything(DraftFile(data))) {
    TL_TRY_VOID(MakePrivateFolder(data.root()));
    TL_TRY_VOID(WritePrivateFile(DraftFile(data), RandomUuid(random)));
  }
  TL_TRY(std::string id, ReadPrivateFile(DraftFile(data)));
  if (IsUuid(id)) return id;
  return Error{Code::kFailedPrecondition,
               DraftFile(data).string() + ": is no log id; name an empty data directory",
               "BAD_DRAFT",
               {{"file", DraftFile(data).string()}}};
}

log::v1::Founding ContentOf(const std::string& log_id, const Keys& keys,
                            const log::v1::PublicKey& recovery) {
  log::v1::Founding content;
  content.set_log_id(log_id);
  content.set_partitions(log::kPartitionsDefault);
  for (const std::string& stream : FoundingStreams()) {
    content.add_streams(stream);
    log::v1::WriterKey& writer = *content.add_writer_keys();
    writer.set_stream(stream);
    *writer.mutable_key() = keys.writers.at(stream).public_key();
  }
  *content.mutable_recovery_key() = recovery;
  return content;
}

Result<std::unique_ptr<log::EmbeddedLog>> OpenEmbedded(const DataDirectory& data,
                                                       const OpenLogOptions& options) {
  return log::EmbeddedLog::Open(data.log(), options.embedded);
}

std::string TornText(const log::EmbeddedLog& log) {
  if (!log.torn_tail()) return "";
  return "a crash left bytes of a record that was never acknowledged; they are kept in " +
         log.torn_tail()->moved_to.string();
}

Error OtherPin(const crypto::Hash& wanted, const crypto::Hash& found) {
  return {Code::kFailedPrecondition,
          "founding_hash " + crypto::Hex(wanted) + " is asked for, but this log was founded as " +
              crypto::Hex(found) + "; check data_dir and founding_hash",
          "OTHER_FOUNDING",
          {{"pinned", crypto::Hex(wanted)}, {"found", crypto::Hex(found)}}};
}

// Founds, or completes a founding.
Result<OpenedLog> Found(const DataDirectory& data, const OpenLogOptions& options,
                        const Clock& clock, RandomSource& random) {
  TL_TRY(const std::string log_id, DraftLogId(data, random));
  TL_TRY(const log::v1::PublicKey recovery, CreateKeys(data, FoundingStreams(), random));
  OpenedLog opened;
  TL_TRY(opened.keys, LoadKeys(data, FoundingStreams()));
  if (!HoldsAnything(data.log())) TL_TRY_VOID(log::EmbeddedLog::Create(data.log()));
  TL_TRY(opened.log, OpenEmbedded(data, options));
  TL_TRY(opened.founding, log::FoundLog(*opened.log, ContentOf(log_id, opened.keys, recovery),
                                        opened.keys.writers, std::nullopt, clock, random));
  TL_TRY_VOID(StorePin(data, opened.founding.root_hash));
  std::error_code error;
  std::filesystem::remove(DraftFile(data), error);
  opened.founded = true;
  return opened;
}

}  // namespace

const std::vector<std::string>& FoundingStreams() {
  static const std::vector<std::string> streams = {"registry", "engagement", "risk", "audit"};
  return streams;
}

Result<OpenedLog> FoundDataDirectory(const DataDirectory& data, const OpenLogOptions& options,
                                     const Clock& clock, RandomSource& random) {
  switch (Look(data)) {
    case Contents::kLog:
      return Error{Code::kAlreadyExists,
                   data.log().string() + ": a log is there already; it is never replaced",
                   "LOG_EXISTS",
                   {{"folder", data.log().string()}}};
    case Contents::kRemains:
      return LogMissing(data);
    case Contents::kNothing:
    case Contents::kDraft:
      break;
  }
  if (options.pin) {
    return Error{
        Code::kFailedPrecondition,
        data.root().string() +
            ": a founding hash is asked for, but no log is here; check data_dir, or restore "
            "the log from a backup",
        "LOG_MISSING",
        {{"data_dir", data.root().string()}}};
  }
  return Found(data, options, clock, random);
}

Result<OpenedLog> OpenDataDirectory(const DataDirectory& data, const OpenLogOptions& options,
                                    const Clock& clock, RandomSource& random) {
  const Contents contents = Look(data);
  if (contents == Contents::kRemains) return LogMissing(data);
  if (contents != Contents::kLog) return FoundDataDirectory(data, options, clock, random);

  OpenedLog opened;
  TL_TRY(const std::optional<crypto::Hash> pin, LoadPin(data));
  if (!pin) {
    return Error{
        Code::kFailedPrecondition,
        (data.keys() / "founding.sha256").string() +
            ": is not there; restore it from a backup, or write the founding hash that you "
            "trust into it",
        "PIN_MISSING",
        {{"folder", data.keys().string()}}};
  }
  TL_TRY(std::unique_ptr<log::EmbeddedLog> embedded, OpenEmbedded(data, options));
  opened.torn = TornText(*embedded);
  opened.log = std::move(embedded);
  TL_TRY(opened.founding, log::ReadFounding(*opened.log, {FoundingStreams().front(), 0}, pin));
  if (options.pin && *options.pin != opened.founding.root_hash) {
    return OtherPin(*options.pin, opened.founding.root_hash);
  }
  const auto& streams = opened.founding.root.streams();
  TL_TRY(opened.keys, LoadKeys(data, {streams.begin(), streams.end()}));
  return opened;
}

}  // namespace twinledger::server
