// Reads CSV (RFC 4180) as spreadsheet programs write it: any charset (charset.h), any line ends,
// quoted fields over several lines, empty lines at the end, `;` or a tab between fields where the
// header row or Excel's line `sep=;` above it has them. A row that is damaged beyond its cells is
// kept as such, and does not keep the others from being read.
//
// A row keeps the number that a person finds it by: the line of the file on which it begins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
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

// Why a row has no cells to go by.
struct CsvDamage {
  std::string reason;  // QUOTE_OPEN, QUOTE_MISPLACED, TOO_MANY_FIELDS, FIELD_TOO_LONG.
  std::string found;
  std::string remedy;
};

struct CsvRow {
  std::uint64_t line = 0;  // From 1, the first one's.
  std::vector<std::string> fields;
  std::optional<CsvDamage> damage;
};

struct CsvFile {
  std::string charset;
  bool charset_assumed = false;
  std::vector<std::string> header;
  std::vector<CsvRow> rows;
};

// INVALID_ARGUMENT, with the line: NO_HEADER, TOO_LARGE, TOO_MANY_ROWS, CHARSET_UNREADABLE, and the
// reason of its damage if the header row is damaged. Rows of a wrong width are not errors here.
Result<CsvFile> ParseCsv(std::string_view bytes, const CsvLimits& limits = {});

// The bytes of a file; "-" is standard input. INVALID_ARGUMENT if it cannot be read, or is larger
// than `limit`.
Result<std::string> ReadInput(const std::string& path, std::size_t limit);

}  // namespace twinledger::client
