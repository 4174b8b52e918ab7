// A file of engagements to fill in, as a spreadsheet opens it.
#pragma once

#include <string>
#include <string_view>

#include "platform/base/result.h"

namespace twinledger::client {

// The header row of a kind and an example. INVALID_ARGUMENT, reason KIND_UNKNOWN.
Result<std::string> RecordCsvTemplate(std::string_view kind);

// As a cell of a CSV file is written: in quotation marks where it has to be.
std::string CsvCell(std::string_view text);

}  // namespace twinledger::client
