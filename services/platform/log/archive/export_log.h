// Copies the accepted records of a log to files, byte for byte, with a manifest of the tips.
//
//   <out>/00000000000000000001.seg ...   records, as an embedded log stores them
//         manifest                       a SignedManifest
//
// Backup, restore, migration and evidence are this one format.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "platform/base/clock.h"
#include "platform/crypto/signature.h"
#include "platform/log/archive/accepted_records.h"
#include "twinledger/log/v1/manifest.pb.h"

namespace twinledger::log {

struct ExportReport {
  v1::Manifest manifest;
  std::uint64_t records = 0;
  std::uint64_t commits = 0;
  std::uint64_t voids = 0;  // Of the source: left out.
  int signatures = 0;
};

// Exports what stands in the log at this moment. `out` must be missing or empty, and is there whole
// or not at all. The streams whose writer key is in `keys` sign the manifest.
Result<ExportReport> ExportLog(EventLog& log, const Founding& founding,
                               const std::filesystem::path& out,
                               const std::map<std::string, crypto::SigningKey>& keys,
                               const Clock& clock, const ReadProgressCallback& progress = {});

}  // namespace twinledger::log
