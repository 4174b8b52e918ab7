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

// Collects what libcsv finds. It reports a row at its end; the line on which the row began is where
// the row before it ended.
class Collector {
 public:
  explicit Collector(const CsvLimits& limits) : limits_(limits) {}

  void Field(std::string_view text) {
    if (damage_) return;
    if (text.size() > limits_.field_bytes) {
      damage_ = {"FIELD_TOO_LONG", fmt::format("a field of {} bytes", text.size()),
                 fmt::format("shorten it: at most {} bytes are taken", limits_.field_bytes)};
    } else if (row_.size() == limits_.fields) {
      damage_ = {"TOO_MANY_FIELDS", fmt::format("more than {} fields", limits_.fields),
                 "put quotation marks around a field that contains the separator"};
    } else {
      row_.emplace_back(text);
    }
  }

  void RowEnds() {
    std::vector<std::string> fields = std::exchange(row_, {});
    const std::optional<CsvDamage> damage = std::exchange(damage_, std::nullopt);
    const std::uint64_t line = std::exchange(begins_, line_);
    if (error) return;
    // Spreadsheets leave rows of nothing but separators.
    if (!damage && std::ranges::all_of(fields, &std::string::empty)) return;
    if (!file.header.empty() && file.rows.size() == limits_.rows) {
      error = Refused("TOO_MANY_ROWS",
                      fmt::format("more than {} rows: split the file", limits_.rows), line);
    } else if (!file.header.empty()) {
      file.rows.push_back({line, damage ? std::vector<std::string>{} : std::move(fields), damage});
    } else if (damage) {
      error = Refused(damage->reason, fmt::format("{}: {}", damage->found, damage->remedy), line);
    } else {
      file.header = std::move(fields);
    }
  }

  // The row being read is damaged, and reading goes on with its second line.
  void Damaged(CsvDamage damage) {
    damage_ = std::move(damage);
    line_ = begins_ + 1;
    RowEnds();
  }

  // Bytes are given to libcsv line by line, so that this is the line being read.
  void NextLine() { ++line_; }
  void NothingBegun() { begins_ = line_; }

  CsvFile file;
  std::optional<Error> error;

 private:
  const CsvLimits& limits_;
  std::vector<std::string> row_;
  std::optional<CsvDamage> damage_;
  std::uint64_t line_ = 1;
  std::uint64_t begins_ = 1;
};

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

void OnField(void* text, std::size_t size, void* collector) {
  static_cast<Collector*>(collector)->Field({static_cast<const char*>(text), size});
}

void OnRow(int /*terminator*/, void* collector) { static_cast<Collector*>(collector)->RowEnds(); }

// Reads rows up to the end of `text`, or to one whose quotation marks do not pair. Where that row
// would have ended nobody knows, so the answer is what stands behind its first line.
Result<std::string_view> ReadRows(std::string_view text, char separator, Collector& collector) {
  csv_parser parser{};
  if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
    return Error{.code = Code::kResourceExhausted,
                 .message = "not enough memory to read the file",
                 .reason = "NO_MEMORY"};
  }
  const std::unique_ptr<csv_parser, decltype(&csv_free)> owner(&parser, &csv_free);
  csv_set_delim(&parser, static_cast<unsigned char>(separator));
  std::string_view rest = text;
  std::string_view behind_first_line;
  while (!rest.empty() && !collector.error) {
    const bool begins = parser.pstate == kRowNotBegun;
    const std::string_view line = TakeLine(rest);
    if (begins) behind_first_line = rest;
    collector.NextLine();
    if (csv_parse(&parser, line.data(), line.size(), OnField, OnRow, &collector) != line.size()) {
      collector.Damaged({"QUOTE_MISPLACED", "a quotation mark inside a field",
                         "put the field in quotation marks and double those in it"});
      return behind_first_line;
    }
    if (parser.pstate == kRowNotBegun) collector.NothingBegun();
  }
  if (!collector.error && csv_fini(&parser, OnField, OnRow, &collector) != 0) {
    collector.Damaged({"QUOTE_OPEN", "a quotation mark that nothing closes",
                       "close it at the end of its field, or double it inside one"});
    return behind_first_line;
  }
  return rest;
}

Error Unreadable(const std::string& path) {
  return Error{.code = Code::kInvalidArgument,
               .message = fmt::format("cannot read {}: check its name, permissions and disk", path),
               .reason = "FILE_UNREADABLE",
               .metadata = {{"file", path}}};
}

}  // namespace

Result<CsvFile> ParseCsv(std::string_view bytes, const CsvLimits& limits) {
  if (bytes.size() > limits.bytes) {
    return Refused(
        "TOO_LARGE",
        fmt::format("the file has {} bytes; at most {} are taken", bytes.size(), limits.bytes), 1);
  }
  TL_TRY(const DecodedText decoded, DecodeText(bytes));
  Collector collector(limits);
  std::string_view rest = decoded.text;
  const std::optional<char> named = TakeSeparatorLine(rest);
  if (named) {
    collector.NextLine();
    collector.NothingBegun();
  }
  const char separator = named.value_or(SeparatorOf(rest));
  while (!rest.empty() && !collector.error) {
    TL_TRY(rest, ReadRows(rest, separator, collector));
  }
  if (collector.error) return *std::move(collector.error);
  if (collector.file.header.empty()) return Refused("NO_HEADER", "the file has no header row", 1);
  collector.file.charset = decoded.charset;
  collector.file.charset_assumed = decoded.assumed;
  return std::move(collector.file);
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
