#include "twinledger/import/row_cells.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "twinledger/csv/charset.h"
#include "twinledger/fields/from_text.h"
#include "twinledger/output/terminal.h"

namespace twinledger::client {
namespace {

constexpr std::size_t kSlugBytesMax = 64;  // As the server takes it.

bool IsSlug(std::string_view text) {
  if (text.empty() || text.size() > kSlugBytesMax) return false;
  bool after_dash = true;
  for (const char c : text) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!word && (c != '-' || after_dash)) return false;
    after_dash = c == '-';
  }
  return !after_dash;
}

// What a spreadsheet shows where a formula has failed.
bool IsFailedFormula(std::string_view text) {
  constexpr std::array<std::string_view, 9> kFailures{
      "#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"};
  return std::ranges::find(kFailures, text) != kFailures.end();
}

}  // namespace

std::string_view RemedyForText(const std::string& text) {
  if (text.find(kLostCharacter) != std::string::npos) {
    return "a character could not be read: type it again, and save the file as \"CSV UTF-8\"";
  }
  if (Printable(text) != text) return "remove the control characters";
  if (IsFailedFormula(text)) return "a formula has failed: put its value here, or nothing";
  return "";
}

std::string LowerCase(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string UpperCase(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

RowCells::RowCells(const Layout& layout, const CsvRow& row, std::vector<CellProblem>& problems)
    : layout_(layout), row_(row), problems_(problems), before_(problems.size()) {
  if (auto problem = layout.WidthProblem(row)) problems_.push_back(*std::move(problem));
}

std::optional<std::string> RowCells::Cell(std::string_view column) {
  std::string text = layout_.Cell(row_, column);
  if (const std::string_view remedy = RemedyForText(text); !remedy.empty()) {
    Wrong(column, text, remedy);
    return std::nullopt;
  }
  return text;
}

std::string RowCells::Needed(std::string_view column, std::string_view remedy) {
  const std::optional<std::string> text = Cell(column);
  if (text && text->empty()) Wrong(column, *text, remedy);
  return text.value_or("");
}

std::string RowCells::Slug(std::string_view column) {
  const std::optional<std::string> slug = Cell(column);
  if (slug && !IsSlug(*slug)) {
    Wrong(column, *slug,
          "use lower-case letters and digits, words joined by \"-\": wellington-city");
  }
  return slug.value_or("");
}

void RowCells::Set(google::protobuf::Message& message, const std::string& field,
                   std::string_view column, const std::string& text) {
  const Result<void> set = SetField(message, field, text);
  if (!set) Wrong(column, text, set.error().violations.front().description);
}

void RowCells::SetChoice(google::protobuf::Message& message, const std::string& field,
                         std::string_view column, const std::optional<std::string>& text) {
  if (!text) return;  // Told already.
  if (text->empty()) return Wrong(column, *text, "use one of: " + ChoicesOf(message, field));
  Set(message, field, column, *text);
}

void RowCells::Wrong(std::string_view column, const std::string& value, std::string_view remedy) {
  problems_.push_back({row_.line, std::string(column), value, std::string(remedy)});
}

}  // namespace twinledger::client
