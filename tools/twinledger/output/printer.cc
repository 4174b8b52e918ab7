#include "twinledger/output/printer.h"

#include <date/date.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>
#include <utility>

#include "twinledger/output/terminal.h"

namespace twinledger::client {
namespace {

std::string Dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string PlainText(const Json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_array()) {
    std::string joined;
    for (const Json& element : value) {
      if (!joined.empty()) joined += "; ";
      joined += PlainText(element);
    }
    return joined;
  }
  return Dump(value);
}

// "receipt.position" is a member of a member.
const Json& Member(const Json& row, std::string_view field) {
  static const Json absent;
  const std::size_t dot = field.find('.');
  const auto found = row.find(std::string(field.substr(0, dot)));
  if (found == row.end()) return absent;
  return dot == std::string_view::npos ? *found : Member(*found, field.substr(dot + 1));
}

// Whether a spreadsheet would take the text for a formula. What one council calls a partner must
// not compute, or call out, on the desk of who opens the country's register.
bool IsFormula(const std::string& text) {
  if (text.empty() || std::string_view("=+-@").find(text.front()) == std::string_view::npos) {
    return false;
  }
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error != std::errc() || end != text.data() + text.size();
}

std::string CsvField(const std::string& plain) {
  std::string text = IsFormula(plain) ? "'" + plain : plain;
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

Result<Format> ParseFormat(std::string_view text) {
  if (text == "table") return Format::kTable;
  if (text == "json") return Format::kJson;
  if (text == "jsonl") return Format::kJsonLines;
  if (text == "csv") return Format::kCsv;
  return Error{
      .code = Code::kInvalidArgument,
      .message = fmt::format("output \"{}\" is unknown: use table, json, jsonl or csv", text),
      .reason = "OUTPUT_UNKNOWN",
      .metadata = {{"value", std::string(text)}}};
}

Printer::Printer(std::ostream& out, Format format, Zone zone, Shape shape)
    : out_(out), format_(format), zone_(zone), shape_(std::move(shape)) {}

void Printer::Row(const Json& row) {
  switch (format_) {
    case Format::kJson:
      JsonRow(row);
      break;
    case Format::kJsonLines: {
      Json line = {{"schema_version", kSchemaVersion}};
      line.update(row);
      out_ << Dump(line) << '\n';
      break;
    }
    case Format::kCsv:
      if (rows_ == 0) CsvHeader();
      CsvRow(row);
      break;
    case Format::kTable:
      if (measured_) {
        PrintTableRow(CellsOf(row));
      } else {
        pending_.push_back(CellsOf(row));
        if (pending_.size() == kRowsMeasured) PrintTable();
      }
      break;
  }
  ++rows_;
}

void Printer::Finish(const Json& facts) {
  if (format_ == Format::kJson) JsonFinish(facts);
  if (format_ == Format::kCsv && rows_ == 0) CsvHeader();
  if (format_ == Format::kTable && !measured_) PrintTable();
  out_.flush();
}

void Printer::JsonRow(const Json& row) {
  if (shape_.single) {
    Json whole = {{"schema_version", kSchemaVersion}};
    whole.update(row);
    out_ << whole.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
    return;
  }
  if (rows_ == 0) {
    out_ << "{\"schema_version\": " << kSchemaVersion << ",\n \"" << shape_.kind << "\": [\n  ";
  } else {
    out_ << ",\n  ";
  }
  out_ << Dump(row);
}

void Printer::JsonFinish(const Json& facts) {
  if (shape_.single) return;
  if (rows_ == 0) {
    out_ << "{\"schema_version\": " << kSchemaVersion << ",\n \"" << shape_.kind << "\": [";
  }
  out_ << (rows_ == 0 ? "]" : "\n ]");
  for (const auto& [name, value] : facts.items()) out_ << ",\n \"" << name << "\": " << Dump(value);
  out_ << "}\n";
}

void Printer::CsvHeader() {
  for (std::size_t i = 0; i < shape_.columns.size(); ++i) {
    out_ << (i == 0 ? "" : ",") << CsvField(shape_.columns[i].field);
  }
  out_ << "\r\n";
}

void Printer::CsvRow(const Json& row) {
  for (std::size_t i = 0; i < shape_.columns.size(); ++i) {
    out_ << (i == 0 ? "" : ",") << CsvField(PlainText(Member(row, shape_.columns[i].field)));
  }
  out_ << "\r\n";
}

std::vector<std::string> Printer::CellsOf(const Json& row) const {
  std::vector<std::string> cells;
  cells.reserve(shape_.columns.size());
  for (const Column& column : shape_.columns) {
    std::string text = PlainText(Member(row, column.field));
    if (column.kind == Column::Kind::kTime) {
      if (const Result<WallTime> time = ParseTime(text, Zone::kUtc); time.ok()) {
        text = TimeForPeople(*time, zone_);
      }
    }
    if (column.kind == Column::Kind::kId) text.erase(0, text.rfind('/') + 1);
    cells.push_back(Printable(text));
  }
  return cells;
}

void Printer::PrintTable() {
  measured_ = true;
  if (shape_.single) {  // A record reads better downwards.
    std::size_t widest = 0;
    for (const Column& column : shape_.columns) {
      widest = std::max(widest, DisplayWidth(column.title));
    }
    for (const std::vector<std::string>& cells : std::exchange(pending_, {})) {
      for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string& title = shape_.columns[i].title;
        out_ << title << std::string(widest - DisplayWidth(title) + 2, ' ') << cells[i] << '\n';
      }
    }
    return;
  }
  std::vector<std::string> titles;
  for (const Column& column : shape_.columns) {
    titles.push_back(column.title);
    widths_.push_back(DisplayWidth(column.title));
  }
  for (const std::vector<std::string>& cells : pending_) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      widths_[i] = std::max(widths_[i], DisplayWidth(cells[i]));
    }
  }
  PrintTableRow(titles);
  for (const std::vector<std::string>& cells : std::exchange(pending_, {})) PrintTableRow(cells);
}

void Printer::PrintTableRow(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::size_t width = DisplayWidth(cells[i]);
    const std::string padding(widths_[i] > width ? widths_[i] - width : 0, ' ');
    const bool number = shape_.columns[i].kind == Column::Kind::kNumber;
    if (i > 0) line += "  ";
    line += number ? padding + cells[i] : cells[i] + padding;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out_ << line << '\n';
}

}  // namespace twinledger::client
