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
    if (error) return;
    if (text.size() > limits_.field_bytes) {
      error = Refused("FIELD_TOO_LONG",
                      fmt::format("a field of {} bytes; at most {} are taken", text.size(),
                                  limits_.field_bytes),
                      begins_);
    } else if (row_.size() == limits_.fields) {
      error = Refused("TOO_MANY_FIELDS",
                      fmt::format("more than {} fields in a row", limits_.fields), begins_);
    } else {
      row_.emplace_back(text);
    }
  }

  void RowEnds() {
    std::vector<std::string> fields = std::exchange(row_, {});
    const std::uint64_t line = std::exchange(begins_, line_);
    if (error || IsBlank(fields)) return;  // Spreadsheets leave rows of nothing but separators.
    if (file.header.empty()) {
      file.header = std::move(fields);
    } else if (file.rows.size() == limits_.rows) {
      error = Refused("TOO_MANY_ROWS",
                      fmt::format("more than {} rows: split the file", limits_.rows), line);
    } else {
      file.rows.push_back({.line = line, .fields = std::move(fields)});
    }
  }

  // Bytes are given to libcsv line by line, so that this is the line being read.
  void NextLine() { ++line_; }
  std::uint64_t begins() const { return begins_; }
  void NothingBegun() { begins_ = line_; }

  CsvFile file;
  std::optional<Error> error;

 private:
  static bool IsBlank(const std::vector<std::string>& fields) {
    return std::ranges::all_of(fields, [](const std::string& field) { return field.empty(); });
  }

  const CsvLimits& limits_;
  std::vector<std::string> row_;
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

void OnField(void* text, std::size_t size, void* collector) {
  static_cast<Collector*>(collector)->Field({static_cast<const char*>(text), size});
}

void OnRow(int /*terminator*/, void* collector) { static_cast<Collector*>(collector)->RowEnds(); }

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
  csv_parser parser{};
  if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
    return Error{.code = Code::kResourceExhausted,
                 .message = "not enough memory to read the file",
                 .reason = "NO_MEMORY"};
  }
  const std::unique_ptr<csv_parser, decltype(&csv_free)> owner(&parser, &csv_free);
  csv_set_delim(&parser, static_cast<unsigned char>(SeparatorOf(decoded.text)));
  Collector collector(limits);
  std::string_view rest = decoded.text;
  while (!rest.empty() && !collector.error) {
    const std::string_view line = TakeLine(rest);
    collector.NextLine();
    if (csv_parse(&parser, line.data(), line.size(), OnField, OnRow, &collector) != line.size()) {
      return Refused("QUOTE_MISPLACED",
                     "a quotation mark inside a field: put the field in quotation marks and double "
                     "those in it",
                     collector.begins());
    }
    if (parser.pstate == kRowNotBegun) collector.NothingBegun();
  }
  if (!collector.error && csv_fini(&parser, OnField, OnRow, &collector) != 0) {
    return Refused("QUOTE_OPEN", "a field begins with a quotation mark that nothing closes",
                   collector.begins());
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
