#include "twinledger/csv/reader.h"

#include <csv.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>

#include "platform/base/check.h"
#include "platform/base/planted_bug.h"
#include "twinledger/csv/charset.h"

namespace twinledger::client {
namespace {

// Of csv_parser.pstate: libcsv has no name for it in public.
constexpr int kRowNotBegun = 0;

Error Refused(std::string reason, std::string message, std::uint64_t line) {
  return Error{.code = Code::kInvalidArgument,
               .message = fmt::format("line {}: {}", line, message),
               .reason = std::move(reason),
               .metadata = {{"line", std::to_string(line)}}};
}

CsvDamage OpenQuote() {
  return {"QUOTE_OPEN", "a quotation mark that nothing closes",
          "close it at the end of its field, or double it inside one"};
}

char SeparatorOf(std::string_view text) {
  const std::string_view header = text.substr(0, text.find_first_of("\r\n"));
  char best = ',';
  for (const char candidate : {';', '\t'}) {
    if (std::ranges::count(header, candidate) > std::ranges::count(header, best)) best = candidate;
  }
  return best;
}

// Up to and with the next line end: CRLF, LF, or the CR of old Macintosh files.
std::string_view TakeLine(std::string_view& rest) {
  const std::size_t end = rest.find_first_of("\r\n");
  std::size_t length = end == std::string_view::npos ? rest.size() : end + 1;
  if (length < rest.size() && rest[length - 1] == '\r' && rest[length] == '\n') ++length;
  const std::string_view line = rest.substr(0, length);
  rest.remove_prefix(length);
  return line;
}

// Excel's own first line, which tells Excel what stands between fields.
std::optional<char> TakeSeparatorLine(std::string_view& text) {
  constexpr std::string_view kMark = "sep=";
  std::string_view rest = text;
  std::string_view line = TakeLine(rest);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with('"') && line.ends_with('"') && line.size() == kMark.size() + 3) {
    line = line.substr(1, line.size() - 2);
  }
  if (!line.starts_with(kMark) || line.size() != kMark.size() + 1) return std::nullopt;
  text = rest;
  return line.back();
}

Error Unreadable(const std::string& path) {
  return Error{.code = Code::kInvalidArgument,
               .message = fmt::format("cannot read {}: check its name, permissions and disk", path),
               .reason = "FILE_UNREADABLE",
               .metadata = {{"file", path}}};
}

}  // namespace

// libcsv, line by line. It reports a row at its end; the line on which the row began is where the
// row before it ended.
class CsvRows::Parser {
 public:
  Parser(const CsvLimits& limits, char separator) : limits_(limits) {
    // It fails for unknown options only.
    TL_CHECK(csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI) == 0);
    csv_set_delim(&parser_, static_cast<unsigned char>(separator));
  }
  ~Parser() { csv_free(&parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  // False if a quotation mark is out of place.
  bool Feed(std::string_view line) {
    return csv_parse(&parser_, line.data(), line.size(), OnField, OnRow, this) == line.size();
  }
  // False if a quotation mark is open.
  bool Finish() { return csv_fini(&parser_, OnField, OnRow, this) == 0; }

  bool begins() const { return parser_.pstate == kRowNotBegun; }
  // Bytes of the field that is being read.
  std::size_t open_bytes() const { return parser_.entry_pos; }

  // The row that has ended, if one has: its fields, or why it has none.
  bool ended() const { return ended_; }
  CsvRow Take(std::uint64_t line) {
    ended_ = false;
    CsvRow row{line, std::exchange(fields_, {}), std::exchange(damage_, std::nullopt)};
    if (row.damage) row.fields.clear();
    return row;
  }

 private:
  static void OnField(void* text, std::size_t size, void* parser) {
    static_cast<Parser*>(parser)->Field({static_cast<const char*>(text), size});
  }
  static void OnRow(int /*terminator*/, void* parser) {
    static_cast<Parser*>(parser)->ended_ = true;
  }

  void Field(std::string_view text) {
    if (damage_) return;
    if (text.size() > limits_.field_bytes) {
      damage_ = {"FIELD_TOO_LONG", fmt::format("a field of {} bytes", text.size()),
                 fmt::format("shorten it: at most {} bytes are taken", limits_.field_bytes)};
    } else if (fields_.size() == limits_.fields) {
      damage_ = {"TOO_MANY_FIELDS", fmt::format("more than {} fields", limits_.fields),
                 "put quotation marks around a field that contains the separator"};
    } else {
      fields_.emplace_back(text);
    }
  }

  const CsvLimits& limits_;
  csv_parser parser_{};
  std::vector<std::string> fields_;
  std::optional<CsvDamage> damage_;
  bool ended_ = false;
};

CsvRows::CsvRows(MoreText more, const CsvLimits& limits)
    : more_(std::move(more)), limits_(limits) {}
CsvRows::~CsvRows() = default;

// True if there is more text behind `at_`.
Result<bool> CsvRows::HasText() {
  while (at_ == text_.size() && !all_) {
    TL_TRY(const std::string more, more_());
    all_ = more.empty();
    // The row that is open is kept: it may turn out to be none.
    if (Planted(PlantedBug::kOpenRowForgotten)) row_at_ = at_;
    text_.erase(0, row_at_);
    at_ -= row_at_;
    row_at_ = 0;
    text_ += more;
  }
  return at_ < text_.size();
}

Result<void> CsvRows::Begin() {
  TL_TRY_VOID(HasText());
  std::string_view rest = text_;
  const std::optional<char> named = TakeSeparatorLine(rest);
  if (named) ++line_;
  row_at_ = at_ = text_.size() - rest.size();
  separator_ = named.value_or(SeparatorOf(rest));
  parser_ = std::make_unique<Parser>(limits_, separator_);
  return {};
}

// Where the row would have ended nobody knows, so reading goes on with its second line.
CsvRow CsvRows::Damaged(CsvDamage damage) {
  CsvRow row{row_line_, {}, std::move(damage)};
  std::string_view rest = std::string_view(text_).substr(row_at_);
  TakeLine(rest);
  row_at_ = at_ = text_.size() - rest.size();
  line_ = row_line_ + 1;
  parser_ = std::make_unique<Parser>(limits_, separator_);
  return row;
}

std::optional<CsvDamage> CsvRows::ReadLine() {
  if (parser_->begins()) {
    row_at_ = at_;
    row_line_ = line_;
  }
  std::string_view rest = std::string_view(text_).substr(at_);
  const std::string_view line = TakeLine(rest);
  at_ += line.size();
  ++line_;
  if (!parser_->Feed(line)) {
    return CsvDamage{"QUOTE_MISPLACED", "a quotation mark inside a field",
                     "put the field in quotation marks and double those in it"};
  }
  if (!parser_->ended() && parser_->open_bytes() > limits_.field_bytes) return OpenQuote();
  if (parser_->begins()) row_at_ = at_;
  return std::nullopt;
}

std::optional<CsvDamage> CsvRows::ReadEnd() {
  if (!parser_->Finish()) return OpenQuote();
  row_at_ = at_;
  return std::nullopt;
}

Result<std::optional<CsvRow>> CsvRows::Next() {
  if (!parser_) TL_TRY_VOID(Begin());
  while (true) {
    TL_TRY(const bool has_text, HasText());
    if (!has_text && row_at_ == at_) return std::optional<CsvRow>();
    if (auto damage = has_text ? ReadLine() : ReadEnd()) {
      return std::optional(Damaged(*std::move(damage)));
    }
    if (!parser_->ended()) continue;
    CsvRow row = parser_->Take(row_line_);
    // Spreadsheets leave rows of nothing but separators.
    if (row.damage || !std::ranges::all_of(row.fields, &std::string::empty)) {
      return std::optional(std::move(row));
    }
  }
}

Result<std::vector<std::string>> CsvRows::Header() {
  TL_TRY(std::optional<CsvRow> row, Next());
  if (!row) return Refused("NO_HEADER", "the file has no header row", 1);
  if (row->damage) {
    return Refused(row->damage->reason,
                   fmt::format("{}: {}", row->damage->found, row->damage->remedy), row->line);
  }
  return std::move(row->fields);
}

Result<CsvFile> ParseCsv(std::string_view bytes, const CsvLimits& limits) {
  if (bytes.size() > limits.bytes) {
    return Refused(
        "TOO_LARGE",
        fmt::format("the file has {} bytes; at most {} are taken", bytes.size(), limits.bytes), 1);
  }
  TL_TRY(DecodedText decoded, DecodeText(bytes));
  CsvFile file;
  file.charset = decoded.charset;
  file.charset_assumed = decoded.assumed;
  CsvRows rows([&decoded]() -> Result<std::string> { return std::exchange(decoded.text, {}); },
               limits);
  TL_TRY(file.header, rows.Header());
  while (true) {
    TL_TRY(std::optional<CsvRow> row, rows.Next());
    if (!row) return file;
    if (file.rows.size() == limits.rows) {
      return Refused("TOO_MANY_ROWS", fmt::format("more than {} rows: split the file", limits.rows),
                     row->line);
    }
    file.rows.push_back(*std::move(row));
  }
}

Result<std::string> ReadInput(const std::string& path, std::size_t limit) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) return Unreadable(path);
  }
  std::istream& in = path == "-" ? std::cin : file;
  std::string bytes;
  std::array<char, 64 * 1024> chunk;
  while (in.read(chunk.data(), chunk.size()) || in.gcount() > 0) {
    bytes.append(chunk.data(), static_cast<std::size_t>(in.gcount()));
    if (bytes.size() > limit) {
      return Error{.code = Code::kInvalidArgument,
                   .message = fmt::format("{} has more than {} bytes: split it", path, limit),
                   .reason = "TOO_LARGE",
                   .metadata = {{"file", path}}};
    }
  }
  // What was read before is no file that somebody wrote.
  if (in.bad()) return Unreadable(path);
  return bytes;
}

}  // namespace twinledger::client
