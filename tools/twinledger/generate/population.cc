#include "twinledger/generate/population.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace twinledger::client {
namespace {

constexpr std::array<std::string_view, 4> kTypes{"city", "district", "regional", "unitary"};
constexpr std::array<std::string_view, 12> kCountries{"AU", "CN", "DE", "FR", "GB", "ID",
                                                      "JP", "KR", "PF", "SG", "US", "VN"};
constexpr std::array<std::string_view, 3> kKinds{"sister_city", "friendship_city", "other"};
constexpr const char* kSource = "generated";

std::string YesOrNo(bool yes) { return yes ? "yes" : "no"; }

void WriteCouncil(std::size_t number, const std::string& id, Dice& dice, CsvWriter& file) {
  const double population = std::clamp(dice.LogNormal(40'000, 1.0), 600.0, 2'000'000.0);
  file.Row({{"council_id", id},
            {"name", fmt::format("Example Council {:04}", number)},
            {"type", std::string(dice.OneOf(kTypes))},
            {"region", fmt::format("Example Region {:02}", number % 16)},
            {"population", std::to_string(static_cast<int>(population))},
            {"seat", fmt::format("Exampleton {:04}", number)},
            {"has_port", YesOrNo(dice.OneIn(3))},
            {"has_airport", YesOrNo(dice.OneIn(2))},
            {"source", kSource}});
}

}  // namespace

const std::vector<std::string>& CouncilCsvColumns() {
  static const std::vector<std::string> columns{"council_id", "name",        "type",
                                                "region",     "population",  "seat",
                                                "has_port",   "has_airport", "source"};
  return columns;
}

const std::vector<std::string>& RelationshipCsvColumns() {
  static const std::vector<std::string> columns{"relationship_id",
                                                "council_id",
                                                "partner_city",
                                                "partner_region",
                                                "partner_country_iso2",
                                                "kind",
                                                "established_year",
                                                "status",
                                                "source"};
  return columns;
}

std::vector<GeneratedCouncil> GeneratePopulation(std::size_t councils, int last_year, Dice& dice,
                                                 CsvWriter& council_file,
                                                 CsvWriter& relationship_file) {
  constexpr int kFirstYear = 1975;
  constexpr std::size_t kRelationshipsMost = 12;
  std::vector<GeneratedCouncil> all;
  for (std::size_t number = 1; number <= councils; ++number) {
    GeneratedCouncil council{fmt::format("example-council-{:04}", number), {}};
    WriteCouncil(number, council.id, dice, council_file);
    const std::size_t most = std::max<std::size_t>(1, kRelationshipsMost / number);
    const std::size_t count = 1 + dice.Below(most + 2);
    for (std::size_t i = 1; i <= count; ++i) {
      // Partners are shared: some have relationships with several councils.
      const std::size_t partner = (number * 7 + i) % (councils * 2 + 20);
      GeneratedRelationship relationship{
          fmt::format("gen-{:04}-{:02}", number, i), fmt::format("Fictionville {:04}", partner),
          std::string(kCountries.at(partner % kCountries.size())),
          kFirstYear + static_cast<int>(dice.Below(
                           static_cast<std::size_t>(std::max(1, last_year - kFirstYear))))};
      relationship_file.Row({{"relationship_id", relationship.key},
                             {"council_id", council.id},
                             {"partner_city", relationship.city},
                             {"partner_country_iso2", relationship.country},
                             {"kind", std::string(dice.OneOf(kKinds))},
                             {"established_year", std::to_string(relationship.since)},
                             {"status", "active"},
                             {"source", kSource}});
      council.relationships.push_back(std::move(relationship));
    }
    all.push_back(std::move(council));
  }
  return all;
}

}  // namespace twinledger::client
