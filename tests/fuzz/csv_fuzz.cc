// Files that people send: any bytes are read to their end, in whatever pieces they come; each row
// is good or has a problem; what was read is the same once it is written down and read again.
#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "platform/base/check.h"
#include "tests/fuzz/fuzz_target.h"
#include "twinledger/csv/charset.h"
#include "twinledger/csv/reader.h"
#include "twinledger/import/record_file.h"
#include "twinledger/import/rows.h"

namespace twinledger::client {
namespace {

template <class Rows>
void CheckCounts(const Result<Rows>& parsed, const CsvFile& file) {
  if (!parsed.ok()) return;
  TL_CHECK(parsed->read == parsed->rows.size() + parsed->bad);
  TL_CHECK(parsed->read <= file.rows.size());
  TL_CHECK(parsed->bad == 0 || !parsed->problems.empty());
}

bool IsDamaged(const CsvRow& row) { return row.damage.has_value(); }

bool Equal(const CsvRow& one, const CsvRow& other) {
  return one.line == other.line && one.fields == other.fields &&
         IsDamaged(one) == IsDamaged(other) &&
         (!one.damage || one.damage->reason == other.damage->reason);
}

// A line a piece.
void CheckPieces(std::string_view bytes, const CsvFile& file) {
  std::string text = DecodeText(bytes)->text;
  const CsvLimits limits;
  CsvRows rows(
      [&text]() -> Result<std::string> {
        const std::size_t end = text.find_first_of("\r\n");
        if (end == std::string::npos) return std::exchange(text, {});
        const std::size_t size = text.compare(end, 2, "\r\n") == 0 ? end + 2 : end + 1;
        std::string piece = text.substr(0, size);
        text.erase(0, size);
        return piece;
      },
      limits);
  // The separator is guessed by what comes first, and a whole text's first line is its first piece.
  const auto header = rows.Header();
  TL_CHECK(header.ok() && *header == file.header);
  for (const CsvRow& row : file.rows) {
    const auto read = rows.Next();
    TL_CHECK(read.ok() && *read && Equal(**read, row));
  }
  const auto end = rows.Next();
  TL_CHECK(end.ok() && !*end);
}

void Write(const std::vector<std::string>& fields, std::string& text) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    text += i == 0 ? "\"" : ",\"";
    for (const char c : fields[i]) {
      if (c == '"') text += '"';
      text += c;
    }
    text += '"';
  }
  text += "\r\n";
}

// Zero bytes would be taken for those of UTF-16.
void CheckWritten(const CsvFile& file) {
  std::string text = "sep=,\r\n";
  Write(file.header, text);
  for (const CsvRow& row : file.rows) {
    if (!row.damage) Write(row.fields, text);
  }
  if (text.find('\0') != std::string::npos) return;
  const auto again = ParseCsv(text);
  TL_CHECK(again.ok() && again->header == file.header);
  std::size_t at = 0;
  for (const CsvRow& row : file.rows) {
    if (row.damage) continue;
    TL_CHECK(at < again->rows.size() && again->rows[at].fields == row.fields);
    ++at;
  }
  TL_CHECK(at == again->rows.size());
}

struct Seen {
  std::uint64_t line = 0;
  bool has_row = false;

  friend bool operator==(const Seen&, const Seen&) = default;
};

std::vector<Seen> ReadRecords(RecordFile& file) {
  std::vector<Seen> seen;
  while (true) {
    const Result<std::optional<RecordFile::Read>> read = file.Next();
    if (!read.ok() || !*read) return seen;
    TL_CHECK((*read)->row || !(*read)->problems.empty());
    seen.push_back({(*read)->line, (*read)->row.has_value()});
  }
}

// Its path is that of a file in memory.
class FileOf {
 public:
  explicit FileOf(std::string_view bytes) : file_(memfd_create("csv", MFD_CLOEXEC)) {
    TL_CHECK(file_ >= 0);
    TL_CHECK(write(file_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  ~FileOf() { close(file_); }
  FileOf(const FileOf&) = delete;
  FileOf& operator=(const FileOf&) = delete;

  std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  const int file_;
};

// Twice the same.
void CheckRecords(std::string_view bytes) {
  const FileOf stored(bytes);
  const auto records = RecordFile::Open(stored.path(), "");
  if (!records.ok()) return;
  const auto first = ReadRecords(**records);
  TL_CHECK((*records)->Rewind().ok());
  TL_CHECK(ReadRecords(**records) == first);
}

}  // namespace
}  // namespace twinledger::client

const twinledger::PlantedBug twinledger::testing::kControl = PlantedBug::kOpenRowForgotten;

void twinledger::testing::FuzzOne(std::string_view input) {
  const auto file = client::ParseCsv(input);
  if (file.ok()) {
    client::CheckCounts(client::ParseCouncils(*file), *file);
    client::CheckCounts(client::ParseRelationships(*file), *file);
    client::CheckPieces(input, *file);
    client::CheckWritten(*file);
  }
  client::CheckRecords(input);
}
