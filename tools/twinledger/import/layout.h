// A column layout, and the cells of a file that has it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"
#include "twinledger/csv/reader.h"

namespace twinledger::client {

struct LayoutColumn {
  std::string_view name;
  bool required = false;  // In the header row; cells may be empty unless the row's parser minds.
};

// One wrong cell: where it is, what stands there, what would be right.
struct CellProblem {
  std::uint64_t row = 0;  // Line of the file on which the row begins.
  std::string column;
  std::string value;
  std::string remedy;
};

// Threads: immutable.
class Layout {
 public:
  // INVALID_ARGUMENT: COLUMN_MISSING, with every missing column and the expected header row;
  // COLUMN_TWICE.
  static Result<Layout> Of(const std::vector<std::string>& header,
                           std::span<const LayoutColumn> columns);

  bool Has(std::string_view column) const { return places_.contains(column); }

  // Columns of the file that the layout does not know: they are not imported.
  const std::vector<std::string>& unknown() const { return unknown_; }

  // The cell, with runs of spaces of any kind and line ends made one space, and without what has no
  // width. Empty if the column is not there.
  std::string Cell(const CsvRow& row, std::string_view column) const;

  // A problem if the row has other than the header's number of fields, which shifts its cells.
  std::optional<CellProblem> WidthProblem(const CsvRow& row) const;

 private:
  std::size_t width_ = 0;
  std::map<std::string, std::size_t, std::less<>> places_;
  std::vector<std::string> unknown_;
};

}  // namespace twinledger::client
