// The cells of one row, and what is wrong with them.
#pragma once

#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "twinledger/csv/reader.h"
#include "twinledger/import/layout.h"

namespace twinledger::client {

// What to do about a text that cannot be read: a lost character, a control character, a formula
// that has failed. Empty for one that can.
std::string_view RemedyForText(const std::string& text);

// Of ASCII letters: what is a code is meant the same in capitals and without.
std::string LowerCase(std::string text);
std::string UpperCase(std::string text);

// Threads: confined to one.
class RowCells {
 public:
  // All must outlive it. What is wrong is added to `problems`; the row's width is looked at at
  // once.
  RowCells(const Layout& layout, const CsvRow& row, std::vector<CellProblem>& problems);

  // The cell; nothing if it cannot be read, which is told.
  std::optional<std::string> Cell(std::string_view column);
  std::string Text(std::string_view column) { return Cell(column).value_or(""); }
  std::string Needed(std::string_view column, std::string_view remedy);

  // The id of a council: lower-case words joined by "-".
  std::string Slug(std::string_view column);

  void Set(google::protobuf::Message& message, const std::string& field, std::string_view column,
           const std::string& text);
  // A field of few values that every row has.
  void SetChoice(google::protobuf::Message& message, const std::string& field,
                 std::string_view column, const std::optional<std::string>& text);

  void Wrong(std::string_view column, const std::string& value, std::string_view remedy);

  bool good() const { return problems_.size() == before_; }

 private:
  const Layout& layout_;
  const CsvRow& row_;
  std::vector<CellProblem>& problems_;
  std::size_t before_;
};

}  // namespace twinledger::client
