// Copies an export into a log that holds nothing, or only the beginning of the same export.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "platform/log/archive/accepted_records.h"

namespace twinledger::log {

struct ImportReport {
  Founding founding;
  std::uint64_t records = 0;   // Of the export.
  std::uint64_t existing = 0;  // That stood in the target before: an interrupted import goes on.
  std::vector<std::string> not_checked;  // Of the export, as of VerifyReport::missing.
};

// The export is verified first, against `pin` if it is given: nothing is copied of one that is
// invalid. FAILED_PRECONDITION, reason TARGET_NOT_EMPTY, if the target holds anything else.
Result<ImportReport> ImportLog(const std::filesystem::path& export_directory, EventLog& target,
                               std::optional<crypto::Hash> pin,
                               const ReadProgressCallback& progress = {});

}  // namespace twinledger::log
