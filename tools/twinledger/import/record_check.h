// What a file of engagements holds, before anything is sent.
#pragma once

#include <set>
#include <string>

#include "platform/base/result.h"
#include "twinledger/import/importer.h"
#include "twinledger/import/record_file.h"
#include "twinledger/import/report.h"

namespace twinledger::client {

struct CheckedRecords {
  ImportReport report;             // All records are refused or not sent.
  std::set<std::string> councils;  // Of the good ones: "councils/wellington-city".
};

// Goes through the file. Of a council that is not among `registered`, where those are given, a
// record is refused.
Result<CheckedRecords> CheckRecords(RecordFile& file, const ImportOptions& options,
                                    const std::set<std::string>* registered = nullptr);

}  // namespace twinledger::client
