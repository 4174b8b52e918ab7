// Engagements that never were, of councils that are not: gifts, meals, trips, devices, visits of
// the sizes that councils report.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "twinledger/generate/csv_writer.h"
#include "twinledger/generate/dice.h"
#include "twinledger/generate/population.h"

namespace twinledger::client {

using Day = std::chrono::sys_days;

// One record, as rows of a file: the first says what it is, further ones add to its lists.
struct GeneratedRecord {
  std::string council_id;
  std::string key;
  Day ended;  // Its last day.
  std::vector<CsvCells> rows;
};

// All that engagements have, and `reported_on`.
const std::vector<std::string>& EngagementCsvColumns();

// Threads: confined to one.
class EngagementSource {
 public:
  // Both must outlive it. REQUIRES: there is a council.
  EngagementSource(const std::vector<GeneratedCouncil>& councils, Dice& dice);

  // The record of this number, from 1, that began on a day: of a device whose journey was the
  // record before, of that journey's council and days.
  GeneratedRecord Next(std::uint64_t number, Day began);

  // The same record, told differently.
  static GeneratedRecord Amended(GeneratedRecord record);

 private:
  struct Journey {
    std::string council_id;
    std::string key;
    std::string relationship;
    Day began;
    Day ended;
  };

  const GeneratedCouncil& AnyCouncil();
  CsvCells Begin(GeneratedRecord& record, std::string_view kind,
                 const GeneratedRelationship& relationship) const;
  void AddDonor(std::string_view council_id, CsvCells& cells);
  GeneratedRecord Gift(GeneratedRecord record, const GeneratedCouncil& council, Day began);
  GeneratedRecord Meal(GeneratedRecord record, const GeneratedCouncil& council, Day began);
  GeneratedRecord Trip(GeneratedRecord record, const GeneratedCouncil& council, Day began);
  GeneratedRecord Visit(GeneratedRecord record, const GeneratedCouncil& council, Day began);
  GeneratedRecord DeviceOf(const Journey& journey, GeneratedRecord record);

  const std::vector<GeneratedCouncil>& councils_;
  Dice& dice_;
  std::vector<double> reach_;     // Sums of the councils' weights: few have most.
  std::vector<Journey> journey_;  // The one whose device comes next, or none.
};

std::string DayText(Day day);  // 2024-05-01

}  // namespace twinledger::client
