#include "twinledger/import/record_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <functional>

namespace twinledger::client {
namespace {

// Of one record: more than its lists may have.
constexpr std::size_t kRowsOfARecordMax = 500;

}  // namespace

RecordFile::RecordFile(TextInput input, std::string council)
    : input_(std::move(input)), council_(std::move(council)) {}

Result<std::unique_ptr<RecordFile>> RecordFile::Open(const std::string& path,
                                                     const std::string& council) {
  TL_TRY(TextInput input, TextInput::Open(path));
  std::unique_ptr<RecordFile> file(new RecordFile(std::move(input), council));
  TL_TRY_VOID(file->Begin());
  return file;
}

Result<void> RecordFile::Begin() {
  rows_ = std::make_unique<CsvRows>([this] { return input_.Next(); }, limits_);
  TL_TRY(const std::vector<std::string> header, rows_->Header());
  if (layout_) return {};
  TL_TRY(RecordLayout layout, RecordLayout::Of(header));
  layout_.emplace(std::move(layout));
  return {};
}

Result<void> RecordFile::Rewind() {
  TL_TRY_VOID(input_.Rewind());
  open_.clear();
  damaged_.reset();
  all_ = false;
  passed_over_ = 0;
  seen_.clear();
  donors_.clear();
  return Begin();
}

std::string RecordFile::Cell(const CsvRow& row, std::string_view column) const {
  return layout_->layout().Cell(row, column);
}

// Rows of one key, directly below each other, are one record.
bool RecordFile::Continues(const CsvRow& row) const {
  if (open_.empty()) return false;
  const std::string key = Cell(row, "record_key");
  if (key.empty() || key != Cell(open_.front(), "record_key")) return false;
  const std::string council = Cell(row, "council_id");
  return council.empty() || council == Cell(open_.front(), "council_id");
}

Result<std::optional<RecordFile::Read>> RecordFile::Next() {
  while (true) {
    if (damaged_ && open_.empty()) {
      const CsvRow row = *std::exchange(damaged_, std::nullopt);
      return std::optional(
          Read{.row = std::nullopt,
               .problems = {{row.line, "(row)", row.damage->found, row.damage->remedy}},
               .line = row.line});
    }
    if (all_ && open_.empty()) return std::optional<Read>();
    std::optional<CsvRow> row;
    if (!all_ && !damaged_) {
      TL_TRY(row, rows_->Next());
      all_ = !row.has_value();
      if (row && row->damage) damaged_ = std::exchange(row, std::nullopt);
    }
    if (row && (open_.empty() || (Continues(*row) && open_.size() < kRowsOfARecordMax))) {
      open_.push_back(*std::move(row));
      continue;
    }
    std::vector<CsvRow> rows = std::exchange(open_, {});
    if (row) open_.push_back(*std::move(row));
    if (rows.empty()) continue;
    if (!council_.empty() && Cell(rows.front(), "council_id") != council_) {
      ++passed_over_;
      continue;
    }
    return std::optional(Finish(std::move(rows)));
  }
}

RecordFile::Read RecordFile::Finish(std::vector<CsvRow> rows) {
  Read read;
  read.line = rows.front().line;
  read.row = ReadRecordRow(*layout_, std::move(rows), read.problems);
  CheckAgainstOthers(*read.row, read.problems);
  // A row that cannot be read does not say whose it is: what it ends may lack it.
  if (damaged_) {
    read.problems.push_back(
        {read.line, "record_key", read.row->record_key,
         fmt::format("row {} below cannot be read, and may belong to this record: correct it",
                     damaged_->line)});
  }
  std::ranges::stable_sort(read.problems, {}, &CellProblem::row);
  return read;
}

RecordFile::Id RecordFile::IdOf(const std::string& uuid) {
  std::string digits;
  std::ranges::copy_if(uuid, std::back_inserter(digits), [](char c) { return c != '-'; });
  constexpr std::size_t kHalf = 16;
  const auto half = [&](std::size_t from) {
    std::uint64_t number = 0;
    const char* const begin = digits.data() + std::min(from, digits.size());
    std::from_chars(begin, digits.data() + std::min(from + kHalf, digits.size()), number, 16);
    return number;
  };
  return {half(0), half(kHalf)};
}

bool RecordFile::ComesAgain(const std::string& record_id) const {
  return again_.contains(IdOf(record_id));
}

std::optional<std::uint64_t> RecordFile::RowNaming(const std::string& principal_id) const {
  const auto named = donors_.find(IdOf(principal_id));
  return named == donors_.end() ? std::nullopt : std::optional(named->second.line);
}

bool RecordFile::HasTravel(const std::string& record_id) const {
  return journeys_.contains(IdOf(record_id));
}

void RecordFile::CheckAgainstOthers(const RecordRow& row, std::vector<CellProblem>& problems) {
  if (!row.record_key.empty()) {
    const auto [first, fresh] = seen_.emplace(IdOf(row.record_id), row.row);
    if (row.record.has_travel()) journeys_.insert(IdOf(row.record_id));
    if (!fresh) {
      again_.insert(IdOf(row.record_id));
      problems.push_back(
          {row.row, "record_key", row.record_key,
           fmt::format("row {} has the same key: keep one of them; the rows of one record stand "
                       "directly below each other",
                       first->second)});
    }
  }
  for (const KeyedPrincipal& donor : row.donors) {
    if (donor.principal.display_name().empty()) continue;  // As it is registered, or as above.
    const std::size_t content = std::hash<std::string>()(donor.principal.SerializeAsString());
    const auto [first, fresh] =
        donors_.emplace(IdOf(donor.principal_id), NamedDonor{donor.row, content});
    if (!fresh && first->second.content != content) {
      problems.push_back({donor.row, "donor_name", donor.principal.display_name(),
                          fmt::format("row {} says another name or kind of the same donor_key: "
                                      "say the same, or give another key",
                                      first->second.line)});
    }
  }
}

}  // namespace twinledger::client
