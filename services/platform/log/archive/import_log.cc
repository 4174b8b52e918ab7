#include "platform/log/archive/import_log.h"

#include "platform/log/archive/copy_log.h"
#include "platform/log/archive/log_path.h"
#include "platform/log/archive/verify.h"

namespace twinledger::log {

Result<ImportReport> ImportLog(const std::filesystem::path& export_directory, EventLog& target,
                               std::optional<crypto::Hash> pin,
                               const ReadProgressCallback& progress) {
  VerifyOptions options;
  options.founding_hash = pin;
  TL_TRY(VerifyReport verified, VerifyLog(export_directory, options));
  if (verified.verdict == VerifyReport::Verdict::kInvalid) return AsError(*verified.first_bad);
  ImportReport report;
  report.not_checked = std::move(verified.missing);

  TL_TRY(const LogPath path, ResolveLogPath(export_directory));
  if (path.kind != LogPath::Kind::kExport) {
    report.not_checked.push_back(
        "whether its end was cut off: it is a log and no export, and has no manifest that a writer "
        "signed");
  }
  TL_TRY(const auto source, OpenForReading(path));
  TL_TRY(report.founding, FindFounding(*source, pin));
  TL_TRY(const CopyReport copied,
         CopyLog(*source, report.founding, target, Closing::kCopied, progress));
  report.records = copied.records;
  report.existing = copied.existing;
  return report;
}

}  // namespace twinledger::log
