// A file of engagements, record by record, as often as wanted. Memory is that of one record, and
// some 40 bytes for each that was read: keys that come twice are found.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "twinledger/csv/reader.h"
#include "twinledger/csv/text_input.h"
#include "twinledger/import/record_rows.h"

namespace twinledger::client {

// Threads: confined to one.
class RecordFile {
 public:
  // With `council`, of the records of that council alone; the others are passed over. The errors
  // of TextInput::Open, CsvRows::Header and RecordLayout::Of.
  static Result<std::unique_ptr<RecordFile>> Open(const std::string& path,
                                                  const std::string& council);

  struct Read {
    std::optional<RecordRow> row;       // Nothing where its row is damaged.
    std::vector<CellProblem> problems;  // Empty if it is good.
    std::uint64_t line = 0;
  };
  // The next record; nothing at the end.
  Result<std::optional<Read>> Next();

  // Next begins again.
  Result<void> Rewind();

  // Whether rows of this id were read in two places, also before Rewind: neither is the whole
  // record.
  bool ComesAgain(const std::string& record_id) const;

  // How many records of other councils were passed over since the beginning.
  std::uint64_t passed_over() const { return passed_over_; }

  // The first row since the beginning that says who a donor is; nothing if none does.
  std::optional<std::uint64_t> RowNaming(const std::string& principal_id) const;

  // Whether a journey of this id was read, also before Rewind.
  bool HasTravel(const std::string& record_id) const;

  const RecordLayout& layout() const { return *layout_; }
  const std::string& charset() const { return input_.charset(); }
  bool charset_assumed() const { return input_.charset_assumed(); }

 private:
  using Id = std::pair<std::uint64_t, std::uint64_t>;
  struct NamedDonor {
    std::uint64_t line = 0;
    std::size_t content = 0;  // Hash of what is said of it.
  };

  RecordFile(TextInput input, std::string council);
  Result<void> Begin();
  bool Continues(const CsvRow& row) const;
  std::string Cell(const CsvRow& row, std::string_view column) const;
  static Id IdOf(const std::string& uuid);
  Read Finish(std::vector<CsvRow> rows);
  void CheckAgainstOthers(const RecordRow& row, std::vector<CellProblem>& problems);

  TextInput input_;
  const std::string council_;
  const CsvLimits limits_;
  std::unique_ptr<CsvRows> rows_;
  std::optional<RecordLayout> layout_;
  std::vector<CsvRow> open_;       // The record that is being read.
  std::optional<CsvRow> damaged_;  // Came behind it.
  bool all_ = false;
  std::uint64_t passed_over_ = 0;
  absl::flat_hash_map<Id, std::uint64_t> seen_;  // Lines of records.
  absl::flat_hash_set<Id> again_;
  absl::flat_hash_set<Id> journeys_;
  absl::flat_hash_map<Id, NamedDonor> donors_;
};

}  // namespace twinledger::client
