// Councils and their relationships that nobody has: every name says so.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "twinledger/generate/csv_writer.h"
#include "twinledger/generate/dice.h"

namespace twinledger::client {

struct GeneratedRelationship {
  std::string key;      // Of the row, as relationship_id.
  std::string city;     // Of the partner.
  std::string country;  // ISO 3166-1 alpha-2.
  int since = 0;        // Year.
};

struct GeneratedCouncil {
  std::string id;
  std::vector<GeneratedRelationship> relationships;  // One at least.
};

const std::vector<std::string>& CouncilCsvColumns();
const std::vector<std::string>& RelationshipCsvColumns();

// Writes both files; the councils with most come first.
std::vector<GeneratedCouncil> GeneratePopulation(std::size_t councils, int last_year, Dice& dice,
                                                 CsvWriter& council_file,
                                                 CsvWriter& relationship_file);

}  // namespace twinledger::client
