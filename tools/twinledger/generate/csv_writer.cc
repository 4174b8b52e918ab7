#include "twinledger/generate/csv_writer.h"

#include <algorithm>
#include <utility>

#include "platform/base/check.h"
#include "twinledger/import/record_template.h"

namespace twinledger::client {

CsvWriter::CsvWriter(std::filesystem::path path, std::vector<std::string> columns)
    : path_(std::move(path)), columns_(std::move(columns)), file_(path_, std::ios::binary) {
  for (std::size_t i = 0; i < columns_.size(); ++i) file_ << (i == 0 ? "" : ",") << columns_[i];
  file_ << '\n';
}

void CsvWriter::Row(const CsvCells& cells) {
  std::size_t written = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (i > 0) file_ << ',';
    const auto cell = cells.find(columns_[i]);
    if (cell == cells.end()) continue;
    file_ << CsvCell(cell->second);
    ++written;
  }
  TL_CHECK(written == cells.size());
  file_ << '\n';
  ++rows_;
}

Result<void> CsvWriter::Finish() {
  file_.close();
  if (file_.good()) return {};
  return Error{.code = Code::kInternal,
               .message = "cannot write " + path_.string() +
                          ": check the folder, the permissions "
                          "and the space on its disk",
               .reason = "FILE_UNWRITABLE",
               .metadata = {{"file", path_.string()}}};
}

}  // namespace twinledger::client
