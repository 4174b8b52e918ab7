// Prints the result of a command in the form that was asked for, row by row.
//
//   table   titles and aligned columns; widths are those of the first rows
//   json    one object {"schema_version", facts..., "<kind>": [row, ...]}, or, for a single row,
//   the
//           row itself with schema_version
//   jsonl   one object a row
//   csv     the same columns as the table, values as in JSON (RFC 4180)
//
// JSON only grows: a field is never renamed, retyped or dropped within a schema_version.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"
#include "twinledger/output/time_text.h"

namespace twinledger::client {

using Json = nlohmann::ordered_json;

inline constexpr int kSchemaVersion = 1;

enum class Format { kTable, kJson, kJsonLines, kCsv };

Result<Format> ParseFormat(std::string_view text);

// One column of tables and CSV: a member of the row's object, "a.b" for a member of a member.
struct Column {
  // kId is a resource name, of which a table shows the last word: "wellington-city".
  enum class Kind { kText, kNumber, kTime, kId };

  std::string field;
  std::string title;
  Kind kind = Kind::kText;
};

// What a command prints. A single one has exactly one row.
struct Shape {
  std::string kind;  // Plural: "councils".
  std::vector<Column> columns;
  bool single = false;
};

// Threads: confined to one.
class Printer {
 public:
  Printer(std::ostream& out, Format format, Zone zone, Shape shape);

  // `row` is an object.
  void Row(const Json& row);

  // Ends the result. `facts` are about the whole: JSON carries them; a table leaves them to the
  // caller, who says them on stderr.
  void Finish(const Json& facts = Json::object());

 private:
  // So many rows decide the widths of a table; later rows that are wider stand out of line.
  static constexpr std::size_t kRowsMeasured = 1000;

  void JsonRow(const Json& row);
  void JsonFinish(const Json& facts);
  void CsvHeader();
  void CsvRow(const Json& row);
  void PrintTable();
  void PrintTableRow(const std::vector<std::string>& cells);
  std::vector<std::string> CellsOf(const Json& row) const;

  std::ostream& out_;
  Format format_;
  Zone zone_;
  Shape shape_;
  std::size_t rows_ = 0;
  bool measured_ = false;
  std::vector<std::size_t> widths_;
  std::vector<std::vector<std::string>> pending_;
};

}  // namespace twinledger::client
