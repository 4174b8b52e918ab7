#include "twinledger/generate/generate.h"

#include <fmt/format.h>

#include <chrono>
#include <system_error>
#include <vector>

#include "twinledger/fields/from_text.h"
#include "twinledger/generate/csv_writer.h"
#include "twinledger/generate/dice.h"
#include "twinledger/generate/engagements.h"
#include "twinledger/generate/population.h"
#include "twinledger/import/ids.h"

namespace twinledger::client {
namespace {

using std::chrono::days;

constexpr std::size_t kLateOfHundred = 10;
constexpr std::size_t kChangedOfHundred = 6;  // 5 amended and 1 retracted.
constexpr std::size_t kChangesForARetraction = 6;

Error OutOfRange(std::string_view what, std::string_view want) {
  return Error{.code = Code::kInvalidArgument,
               .message = fmt::format("{}: want {}", what, want),
               .reason = "OUT_OF_RANGE"};
}

Result<Day> DayOf(const std::string& text) {
  TL_TRY(const registry::v1::PartialDate date, ParseDate(text));
  if (date.day() == 0) return OutOfRange("until", "a day: 2024-12-31");
  return Day(std::chrono::year(date.year()) /
             std::chrono::month(static_cast<unsigned>(date.month())) /
             std::chrono::day(static_cast<unsigned>(date.day())));
}

Result<void> CheckOptions(const GenerateOptions& options) {
  constexpr std::size_t kCouncilsMost = 10'000;
  constexpr int kYearsMost = 50;
  if (options.councils < 1 || options.councils > kCouncilsMost) {
    return OutOfRange("councils", "1 to 10000");
  }
  if (options.years < 1 || options.years > kYearsMost) return OutOfRange("years", "1 to 50");
  if (options.engagements > 99'999'999) return OutOfRange("engagements", "0 to 99999999");
  return {};
}

// The files of engagements, and what is told of each record.
class EngagementFiles {
 public:
  EngagementFiles(const std::filesystem::path& folder, Dice& dice)
      : dice_(dice),
        late_(dice, kLateOfHundred),
        changed_(dice, kChangedOfHundred),
        all_(folder / "engagements.csv", EngagementCsvColumns()),
        amended_(folder / "engagements-amended.csv", EngagementCsvColumns()),
        retracted_(folder / "retracted.csv", {"council_id", "record_key", "record_id", "reason"}) {}

  void Write(GeneratedRecord record, Generated& counts) {
    const bool late = late_.Next();
    const auto behind = days(late ? 60 + dice_.Below(340) : dice_.Below(11));
    record.rows.front()["reported_on"] = DayText(record.ended + behind);
    for (const CsvCells& row : record.rows) all_.Row(row);
    ++counts.engagements;
    if (late) ++counts.late;
    if (!changed_.Next()) return;
    if (++changes_ % kChangesForARetraction == 0) {
      retracted_.Row({{"council_id", record.council_id},
                      {"record_key", record.key},
                      {"record_id", RecordIdOf(record.council_id, record.key)},
                      {"reason", "entered twice"}});
      ++counts.retracted;
      return;
    }
    ++counts.amended;
    for (const CsvCells& row : EngagementSource::Amended(std::move(record)).rows) amended_.Row(row);
  }

  Result<void> Finish() {
    TL_TRY_VOID(all_.Finish());
    TL_TRY_VOID(amended_.Finish());
    return retracted_.Finish();
  }

 private:
  Dice& dice_;
  Share late_;
  Share changed_;
  CsvWriter all_;
  CsvWriter amended_;
  CsvWriter retracted_;
  std::uint64_t changes_ = 0;
};

}  // namespace

Result<Generated> Generate(const GenerateOptions& options, const std::filesystem::path& folder) {
  TL_TRY_VOID(CheckOptions(options));
  TL_TRY(const Day until, DayOf(options.until));
  std::error_code ignored;  // What cannot be written tells so.
  std::filesystem::create_directories(folder, ignored);
  Dice dice(options.seed);
  CsvWriter council_file(folder / "councils.csv", CouncilCsvColumns());
  CsvWriter relationship_file(folder / "relationships.csv", RelationshipCsvColumns());
  const std::chrono::year_month_day last(until);
  const std::vector<GeneratedCouncil> councils =
      GeneratePopulation(options.councils, static_cast<int>(last.year()) - options.years, dice,
                         council_file, relationship_file);
  TL_TRY_VOID(council_file.Finish());
  TL_TRY_VOID(relationship_file.Finish());
  Generated counts{.councils = council_file.rows(), .relationships = relationship_file.rows()};

  constexpr std::uint64_t kDaysOfAYear = 365;
  const std::uint64_t span = static_cast<std::uint64_t>(options.years) * kDaysOfAYear;
  const Day first = until - days(span - 1);
  EngagementSource source(councils, dice);
  EngagementFiles files(folder, dice);
  for (std::uint64_t i = 0; i < options.engagements; ++i) {
    files.Write(source.Next(i + 1, first + days(i * span / options.engagements)), counts);
  }
  TL_TRY_VOID(files.Finish());
  return counts;
}

}  // namespace twinledger::client
