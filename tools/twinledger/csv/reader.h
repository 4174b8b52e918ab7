// Reads CSV (RFC 4180) as spreadsheet programs write it: any charset (charset.h), any line ends,
// quoted fields over several lines, empty lines at the end, `;` or a tab between fields where the
// header row has them.
//
// A row keeps the number that a person finds it by: the line of the file on which it begins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"

namespace twinledger::client {

// Bounds of one file: far above any register of one country, far below what would hurt.
struct CsvLimits {
  std::size_t bytes = 64 * 1024 * 1024;
  std::size_t rows = 200'000;
  std::size_t fields = 200;
  std::size_t field_bytes = 16 * 1024;
};

struct CsvRow {
  std::uint64_t line = 0;  // From 1, the header's.
  std::vector<std::string> fields;
};

struct CsvFile {
  std::string charset;
  bool charset_assumed = false;
  std::vector<std::string> header;
  std::vector<CsvRow> rows;
};

// INVALID_ARGUMENT, with the line: NO_HEADER, QUOTE_OPEN, TOO_LARGE, TOO_MANY_ROWS,
// TOO_MANY_FIELDS, FIELD_TOO_LONG, CHARSET_UNREADABLE. Rows of a wrong width are not errors here.
Result<CsvFile> ParseCsv(std::string_view bytes, const CsvLimits& limits = {});

// The bytes of a file; "-" is standard input. INVALID_ARGUMENT if it cannot be read, or is larger
// than `limit`.
Result<std::string> ReadInput(const std::string& path, std::size_t limit);

}  // namespace twinledger::client
