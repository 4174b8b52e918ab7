#include "twinledger/command/log/stream_export.h"

#include <fmt/format.h>

#include <optional>
#include <system_error>

#include "platform/base/private_file.h"
#include "platform/log/archive/manifest.h"
#include "platform/log/archive/segment_writer.h"
#include "platform/log/embedded/file.h"
#include "platform/log/embedded/tails.h"
#include "twinledger/audit/v1/audit.pb.h"
#include "twinledger/command/connect.h"
#include "twinledger/output/progress.h"

namespace twinledger::client {
namespace {

Error Refused(std::string reason, std::string message) {
  return Error{.code = Code::kDataLoss, .message = std::move(message), .reason = std::move(reason)};
}

// Writes the stream's items to files. Threads: confined to one.
class Receiver {
 public:
  explicit Receiver(const std::filesystem::path& folder) : folder_(folder), writer_(folder) {}

  Result<void> Take(const audit::v1::StreamRecordsResponse& item) {
    if (item.has_manifest()) {
      manifest_ = item.manifest();
      return {};
    }
    const audit::v1::AcceptedRecord& record = item.record();
    const std::optional<log::RecordLink> link = log::LinkOf(record.record());
    if (!link) {
      return Refused("RECORD_UNREADABLE",
                     fmt::format("the server sent what is no record at {}/{}/{}", record.stream(),
                                 record.partition(), record.first_sequence()));
    }
    ++report_.records;
    report_.commits += link->commits;
    return writer_.Append(link->partition, *link, record.record());
  }

  Result<log::ExportReport> Finish() {
    TL_TRY_VOID(writer_.Finish());
    if (!manifest_ || !report_.manifest.ParseFromString(manifest_->manifest())) {
      return Refused("MANIFEST_MISSING",
                     "the server's answer ended without a manifest: the export "
                     "is not whole; repeat it");
    }
    report_.signatures = manifest_->signatures_size();
    TL_TRY_VOID(WritePrivateFile(folder_ / log::kManifestName, manifest_->SerializeAsString()));
    return report_;
  }

 private:
  std::filesystem::path folder_;
  log::SegmentWriter writer_;
  log::ExportReport report_;
  std::optional<log::v1::SignedManifest> manifest_;
};

Result<log::ExportReport> Receive(Session& session, const std::filesystem::path& folder) {
  TL_TRY(const auto connection, Connect(session, kAuditor));
  Receiver receiver(folder);
  Progress progress(session.terminal(), session.clock(), "export", "records", std::nullopt);
  std::optional<Error> failed;
  std::uint64_t items = 0;
  audit::v1::StreamRecordsResponse item;
  TL_TRY_VOID(connection->Stream("/twinledger.audit.v1.AuditService/StreamRecords",
                                 audit::v1::StreamRecordsRequest(), item, [&] {
                                   progress.At(++items);
                                   const Result<void> taken = receiver.Take(item);
                                   if (!taken) failed = taken.error();
                                   return taken.ok();
                                 }));
  if (failed) return *std::move(failed);
  return receiver.Finish();
}

}  // namespace

Result<log::ExportReport> ExportFromServer(Session& session, const std::filesystem::path& out) {
  if (!log::IsEmptyOrMissing(out)) {
    return Error{.code = Code::kAlreadyExists,
                 .message = fmt::format("{} is not empty: choose another folder for the export",
                                        out.string()),
                 .reason = "EXPORT_EXISTS",
                 .metadata = {{"folder", out.string()}}};
  }
  if (out.has_parent_path()) TL_TRY_VOID(MakePrivateFolder(out.parent_path()));
  log::NewDirectory folder(out);
  TL_TRY_VOID(folder.Make());
  Result<log::ExportReport> report = Receive(session, folder.made());
  if (!report) {
    std::error_code ignored;
    std::filesystem::remove_all(folder.made(), ignored);
    return report;
  }
  TL_TRY_VOID(folder.Place());
  return report;
}

}  // namespace twinledger::client
