// One record, read and checked on this machine from the rows of a file that have its key.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "twinledger/csv/reader.h"
#include "twinledger/engagement/v1/records.pb.h"
#include "twinledger/import/layout.h"
#include "twinledger/import/record_columns.h"
#include "twinledger/import/rows.h"
#include "twinledger/registry/v1/principals.pb.h"

namespace twinledger::client {

// A person or body by the council's own key of it.
struct KeyedPrincipal {
  std::uint64_t row = 0;
  std::string key;
  std::string principal_id;  // UUID.
  // With its name; without display_name where the row does not say it.
  registry::v1::Principal principal;
};

struct RecordRow {
  std::uint64_t row = 0;  // Line of its first row.
  std::string council_id;
  std::string record_key;
  std::string record_id;           // UUID.
  std::string travel_id;           // UUID of the journey that a device names by travel_key.
  engagement::v1::Record record;   // With its name.
  std::vector<std::string> paths;  // Fields that the file speaks of: "gift.value".
  std::vector<KeyedPrincipal> donors;
  std::vector<CsvRow> rows;  // As they stand in the file.
  // Place in `rows` of each element of a list: "cost_lines".
  std::map<std::string, std::vector<std::size_t>> element_rows;

  std::string kind() const;  // "gift"
};

// The layout of a file of engagements. Threads: immutable.
class RecordLayout {
 public:
  // COLUMN_MISSING and COLUMN_TWICE as Layout::Of.
  static Result<RecordLayout> Of(const std::vector<std::string>& header);

  const Layout& layout() const { return layout_; }
  // Of a kind, those that the file has.
  const std::vector<RecordColumn>& Present(const std::string& kind) const;
  // Those that the file has of all.
  const std::vector<std::string>& present() const { return present_; }

 private:
  explicit RecordLayout(Layout layout);
  Layout layout_;
  std::map<std::string, std::vector<RecordColumn>> by_kind_;
  std::vector<std::string> present_;
};

// REQUIRES: rows are not damaged, there is one at least, and they have one key. What is wrong is
// added to `problems`, whose rows are lines.
RecordRow ReadRecordRow(const RecordLayout& layout, std::vector<CsvRow> rows,
                        std::vector<CellProblem>& problems);

// Where the server's words about a record belong in the file: line, column and what stands there of
// "record.travel.cost_lines[1].amount.cents". The first row and the field's own name where no
// column is meant.
CellProblem BlameRecordCell(const RecordLayout& layout, const RecordRow& row,
                            std::string_view field, std::string_view remedy);

// The cell of a refusal's reason: "RELATIONSHIP_NOT_FOUND".
CellProblem BlameRecordReason(const RecordLayout& layout, const RecordRow& row, const Error& error);

}  // namespace twinledger::client
