#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "twinledger/fields/from_text.h"
#include "twinledger/import/record_rows.h"
#include "twinledger/import/row_cells.h"

namespace twinledger::client {
namespace {

using Form = RecordColumn::Form;

// "cost_lines", and 1, of "cost_lines[1]".
std::pair<std::string_view, std::size_t> ElementIn(std::string_view word) {
  const std::size_t bracket = std::min(word.find('['), word.size());
  std::size_t index = 0;
  if (bracket < word.size()) {
    std::from_chars(word.data() + bracket + 1, word.data() + word.size(), index);
  }
  return {word.substr(0, bracket), index};
}

std::string_view TakeWord(std::string_view& path) {
  const std::size_t dot = std::min(path.find('.'), path.size());
  const std::string_view word = path.substr(0, dot);
  path.remove_prefix(std::min(dot + 1, path.size()));
  return word;
}

Form FormOf(std::string_view part) {
  if (part == "currency") return Form::kCurrency;
  if (part == "nzd_cents") return Form::kNzdAmount;
  if (part == "rate_date") return Form::kRateDate;
  return Form::kAmount;
}

bool IsMoney(Form form) {
  return form == Form::kAmount || form == Form::kCurrency || form == Form::kNzdAmount ||
         form == Form::kRateDate;
}

// What may stand in a column of few values, as people write them; empty for another column.
std::string ChoicesIn(const RecordColumn& column) {
  using engagement::v1::Record;
  const auto* type = Record::descriptor();
  if (!column.content.empty()) type = type->FindFieldByName(column.content)->message_type();
  if (!column.list.empty()) type = type->FindFieldByName(column.list)->message_type();
  const auto* field = type->FindFieldByName(column.field);
  return field->enum_type() == nullptr ? "" : HelpOf(*field);
}

// The server counts in cents; the column is in dollars.
std::string RemedyForNzdAmount(const Layout& layout, const CsvRow& row,
                               const RecordColumn& column) {
  const std::string amount = layout.Cell(row, MoneyColumn(column, "amount"));
  const std::string currency = UpperCase(layout.Cell(row, MoneyColumn(column, "currency")));
  const bool is_empty = layout.Cell(row, column.name).empty();
  if (currency.empty() || currency == kNewZealandDollar) {
    return "clear the cell: the amount is in New Zealand dollars already";
  }
  return fmt::format("{}say what {} {} was worth in New Zealand dollars, such as 162.50",
                     is_empty ? "not given: " : "", currency, amount);
}

// The server's words may begin with the value, which a problem of a cell tells by itself.
std::string WithoutValue(std::string_view remedy, const std::string& value) {
  for (const std::string& begin : {value + ": ", '"' + value + "\": "}) {
    if (!value.empty() &&
        LowerCase(std::string(remedy.substr(0, begin.size()))) == LowerCase(begin)) {
      return std::string(remedy.substr(begin.size()));
    }
  }
  return std::string(remedy);
}

CellProblem Problem(const RecordLayout& layout, const CsvRow& row, std::string_view column,
                    std::string_view remedy) {
  const std::string value = layout.layout().Cell(row, column);
  return {row.line, std::string(column), value, WithoutValue(remedy, value)};
}

}  // namespace

CellProblem BlameRecordCell(const RecordLayout& layout, const RecordRow& row,
                            std::string_view field, std::string_view remedy) {
  const CsvRow& first = row.rows.front();
  std::string_view path = field;
  if (path == "parent") return Problem(layout, first, "council_id", remedy);
  if (path == "record_id") return Problem(layout, first, "record_key", remedy);
  if (path.starts_with("record.")) TakeWord(path);
  const std::string kind = row.kind();
  if (!kind.empty() && path.starts_with(kind + ".")) TakeWord(path);
  auto [name, index] = ElementIn(TakeWord(path));
  if (name == "relationship") return Problem(layout, first, "relationship_key", remedy);
  if (name == "travel_record_id") return Problem(layout, first, "travel_key", remedy);
  if (kind.empty()) return {row.row, "kind", "", std::string(remedy)};
  std::string_view list;
  const CsvRow* at = &first;
  const auto elements = row.element_rows.find(std::string(name));
  if (elements != row.element_rows.end()) {
    list = name;
    if (index < elements->second.size()) at = &row.rows[elements->second[index]];
    name = ElementIn(TakeWord(path)).first;
  }
  for (const RecordColumn& column : ColumnsOf(kind)) {
    if (column.list != list || (column.field != name && !(list == column.list && name.empty()))) {
      continue;
    }
    if (IsMoney(column.form) && column.form != FormOf(path)) continue;
    CellProblem problem = Problem(layout, *at, column.name, remedy);
    const std::string choices = problem.value.empty() ? ChoicesIn(column) : "";
    if (column.form == Form::kNzdAmount) {
      problem.remedy = RemedyForNzdAmount(layout.layout(), *at, column);
    }
    if (!choices.empty()) problem.remedy = "not given: use one of: " + choices;
    return problem;
  }
  return {row.row, std::string(field), "", std::string(remedy)};
}

CellProblem BlameRecordReason(const RecordLayout& layout, const RecordRow& row,
                              const Error& error) {
  const CsvRow& first = row.rows.front();
  const std::string& reason = error.reason;
  if (reason.starts_with("COUNCIL_") || error.code == Code::kPermissionDenied) {
    return Problem(layout, first, "council_id", error.message);
  }
  if (reason.starts_with("RELATIONSHIP_")) {
    return Problem(layout, first, "relationship_key", error.message);
  }
  if (reason.starts_with("TRAVEL_")) return Problem(layout, first, "travel_key", error.message);
  if (reason.starts_with("RETRACT")) return Problem(layout, first, "record_key", error.message);
  const auto told = [&](const char* key) -> std::string {
    const auto found = error.metadata.find(key);
    return found == error.metadata.end() ? "" : found->second;
  };
  // Of a handle.
  if (const std::string field = told("field"); !field.empty()) {
    return BlameRecordCell(layout, row, field, error.message);
  }
  // "gift.decided_on: want ...; gift.kind: ...": the first says where to look.
  const std::string said = reason == "DATE_IN_FUTURE" ? told("dates") : told("contradictions");
  if (!said.empty()) {
    return BlameRecordCell(layout, row, "record." + said.substr(0, said.find(':')), error.message);
  }
  return {row.row, "(row)", reason, error.message};
}

}  // namespace twinledger::client
