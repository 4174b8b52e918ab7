#include "twinledger/import/layout.h"

#include <fmt/format.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <cctype>

#include "twinledger/output/utf8.h"

namespace twinledger::client {
namespace {

// What nobody sees, and what makes two names of one.
bool IsInvisible(std::int32_t point) {
  constexpr std::int32_t kSoftHyphen = 0x00AD;
  constexpr std::int32_t kZeroWidthSpace = 0x200B;
  constexpr std::int32_t kWordJoiner = 0x2060;
  constexpr std::int32_t kByteOrderMark = 0xFEFF;
  return point == kSoftHyphen || point == kZeroWidthSpace || point == kWordJoiner ||
         point == kByteOrderMark;
}

std::string OneLine(std::string_view text) {
  std::string line;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const auto point = NextCodePoint(text, at);
    if (point && IsInvisible(*point)) continue;
    if (!point || u_isUWhiteSpace(*point) == 0) {
      line += text.substr(start, at - start);
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

// Header cells are compared without regard to case and to what joins words; people retype them.
std::string ColumnName(std::string_view cell) {
  std::string name = OneLine(cell);
  std::ranges::transform(name, name.begin(), [](unsigned char c) {
    return c == ' ' || c == '-' ? '_' : static_cast<char>(std::tolower(c));
  });
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

Result<Layout> Layout::Of(const std::vector<std::string>& header,
                          std::span<const LayoutColumn> columns) {
  Layout layout;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const std::string name = ColumnName(header[i]);
    if (name.empty()) continue;
    layout.width_ = i + 1;
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
  return CellProblem{.row = row.line,
                     .column = "(row)",
                     .value = fmt::format("{} fields", row.fields.size()),
                     .remedy = fmt::format(
                         "the header row has {} fields: {}", width_,
                         excess ? "put quotation marks around a field that contains the separator"
                                : "give a separator for each cell, also for those that are "
                                  "empty")};
}

}  // namespace twinledger::client
