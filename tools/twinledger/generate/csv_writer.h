// A CSV file, written row by row.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"

namespace twinledger::client {

// Cells by column; what is not named is empty.
using CsvCells = std::map<std::string, std::string, std::less<>>;

// Threads: confined to one.
class CsvWriter {
 public:
  CsvWriter(std::filesystem::path path, std::vector<std::string> columns);

  // REQUIRES: every cell has a column.
  void Row(const CsvCells& cells);

  // INTERNAL, reason FILE_UNWRITABLE, if anything could not be written.
  Result<void> Finish();

  std::uint64_t rows() const { return rows_; }

 private:
  std::filesystem::path path_;
  std::vector<std::string> columns_;
  std::ofstream file_;
  std::uint64_t rows_ = 0;
};

}  // namespace twinledger::client
