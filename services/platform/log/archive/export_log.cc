#include "platform/log/archive/export_log.h"

#include <fmt/format.h>
#include <system_error>

#include "platform/log/archive/manifest.h"
#include "platform/log/archive/segment_writer.h"

namespace twinledger::log {
namespace {

Result<ExportReport> ExportTo(EventLog& log, const Founding& founding,
                              const std::filesystem::path& directory,
                              const std::map<std::string, crypto::SigningKey>& keys,
                              const Clock& clock, const ReadProgressCallback& progress) {
  ExportReport report;
  SegmentWriter writer(directory);
  const auto copy = [&](const PartitionId& partition, const ReadRecord& record,
                        const AcceptedRecord& accepted) -> Result<void> {
    RecordLink link;
    link.partition = partition;
    link.first_sequence = record.body().first_sequence();
    link.commits = static_cast<std::uint16_t>(accepted.commits.size());
    link.hash = record.hash();
    ++report.records;
    report.commits += accepted.commits.size();
    return writer.Append(partition, link, record.bytes());
  };
  TL_TRY(const Readings readings, ReadAccepted(log, founding, copy, progress));
  TL_TRY_VOID(writer.Finish());
  for (const auto& [partition, reading] : readings) report.voids += reading.voids;
  report.manifest = MakeManifest(founding, readings, clock.Now());
  const v1::SignedManifest signed_manifest = SignManifest(report.manifest, readings, keys);
  report.signatures = signed_manifest.signatures_size();
  TL_TRY_VOID(WriteWhole(directory / kManifestName, signed_manifest.SerializeAsString()));
  return report;
}

}  // namespace

Result<ExportReport> ExportLog(EventLog& log, const Founding& founding,
                               const std::filesystem::path& out,
                               const std::map<std::string, crypto::SigningKey>& keys,
                               const Clock& clock, const ReadProgressCallback& progress) {
  if (!IsEmptyOrMissing(out)) {
    return Error{
        Code::kAlreadyExists,
        fmt::format("{} is not empty; choose another directory for the export", out.string()),
        "EXPORT_EXISTS",
        {{"directory", out.string()}}};
  }
  NewDirectory created(out);
  TL_TRY_VOID(created.Make());
  Result<ExportReport> report = ExportTo(log, founding, created.made(), keys, clock, progress);
  if (!report.ok()) {
    std::error_code ignored;
    std::filesystem::remove_all(created.made(), ignored);
    return report;
  }
  TL_TRY_VOID(created.Place());
  return report;
}

}  // namespace twinledger::log
