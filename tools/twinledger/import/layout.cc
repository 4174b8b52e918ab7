#include "twinledger/import/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace twinledger::client {
namespace {

std::string OneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!space) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

// Header cells are compared without regard to case; people retype them.
std::string ColumnName(std::string_view cell) {
  std::string name = OneLine(cell);
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name;
}

std::string ExpectedHeader(std::span<const LayoutColumn> columns) {
  std::string header;
  for (const LayoutColumn& column : columns) {
    if (!header.empty()) header += ',';
    header += column.name;
  }
  return header;
}

}  // namespace

Result<Layout> Layout::Of(const CsvFile& file, std::span<const LayoutColumn> columns) {
  Layout layout;
  layout.width_ = file.header.size();
  for (std::size_t i = 0; i < file.header.size(); ++i) {
    const std::string name = ColumnName(file.header[i]);
    if (name.empty()) continue;
    if (std::ranges::find(columns, name, &LayoutColumn::name) == columns.end()) {
      layout.unknown_.push_back(name);
    } else if (!layout.places_.emplace(name, i).second) {
      return Error{.code = Code::kInvalidArgument,
                   .message = fmt::format("the header row has the column \"{}\" twice", name),
                   .reason = "COLUMN_TWICE",
                   .metadata = {{"column", name}}};
    }
  }
  std::string missing;
  for (const LayoutColumn& column : columns) {
    if (column.required && !layout.Has(column.name)) {
      missing += (missing.empty() ? "" : ", ") + std::string(column.name);
    }
  }
  if (missing.empty()) return layout;
  return Error{.code = Code::kInvalidArgument,
               .message = fmt::format("the header row lacks {}; expected, in any order: {}",
                                      missing, ExpectedHeader(columns)),
               .reason = "COLUMN_MISSING",
               .metadata = {{"columns", missing}}};
}

std::string Layout::Cell(const CsvRow& row, std::string_view column) const {
  const auto place = places_.find(column);
  if (place == places_.end() || place->second >= row.fields.size()) return "";
  return OneLine(row.fields[place->second]);
}

std::optional<CellProblem> Layout::WidthProblem(const CsvRow& row) const {
  const bool excess = std::any_of(
      row.fields.begin() + static_cast<std::ptrdiff_t>(std::min(width_, row.fields.size())),
      row.fields.end(), [](const std::string& f) { return !f.empty(); });
  if (row.fields.size() == width_ || (row.fields.size() > width_ && !excess)) return std::nullopt;
  return CellProblem{
      .row = row.line,
      .column = "(row)",
      .value = fmt::format("{} fields", row.fields.size()),
      .remedy = fmt::format("the header row has {} fields: put quotation marks around a field that "
                            "contains the separator",
                            width_)};
}

}  // namespace twinledger::client
