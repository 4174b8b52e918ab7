// Reads CSV (RFC 4180) as spreadsheet programs write it: any charset (charset.h), any line ends,
// quoted fields over several lines, empty lines at the end, `;` or a tab between fields where the
// header row or Excel's line `sep=;` above it has them. A row that is damaged beyond its cells is
// kept as such, and does not keep the others from being read.
//
// A row keeps the number that a person finds it by: the line of the file on which it begins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
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

// The rows of a text that comes in pieces, one after another: memory is that of a piece and a row.
// Threads: confined to one.
class CsvRows {
 public:
  // Whole lines of text, decoded (charset.h); empty at the end.
  using MoreText = std::function<Result<std::string>()>;

  // `limits` must outlive it; of them, bytes and rows are the caller's to mind.
  CsvRows(MoreText more, const CsvLimits& limits);
  ~CsvRows();
  CsvRows(const CsvRows&) = delete;
  CsvRows& operator=(const CsvRows&) = delete;

  // The first row, read first. INVALID_ARGUMENT, with the line: NO_HEADER, or the reason of its
  // damage.
  Result<std::vector<std::string>> Header();

  // Nothing at the end. Rows without any text are passed over. Only errors of the text are errors.
  Result<std::optional<CsvRow>> Next();

 private:
  class Parser;

  Result<void> Begin();
  Result<bool> HasText();
  std::optional<CsvDamage> ReadLine();
  std::optional<CsvDamage> ReadEnd();
  CsvRow Damaged(CsvDamage damage);

  MoreText more_;
  const CsvLimits& limits_;
  char separator_ = ',';
  std::unique_ptr<Parser> parser_;
  std::string text_;            // From the row that is being read.
  std::size_t at_ = 0;          // What was read of it.
  std::size_t row_at_ = 0;      // Where the row begins.
  bool all_ = false;            // There is no more.
  std::uint64_t line_ = 1;      // That of `at_`.
  std::uint64_t row_line_ = 1;  // That of `row_at_`.
};

// INVALID_ARGUMENT, with the line: NO_HEADER, TOO_LARGE, TOO_MANY_ROWS, CHARSET_UNREADABLE, and the
// reason of its damage if the header row is damaged. Rows of a wrong width are not errors here.
Result<CsvFile> ParseCsv(std::string_view bytes, const CsvLimits& limits = {});

// The bytes of a file; "-" is standard input. INVALID_ARGUMENT if it cannot be read, or is larger
// than `limit`.
Result<std::string> ReadInput(const std::string& path, std::size_t limit);

}  // namespace twinledger::client
