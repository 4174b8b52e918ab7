#include "twinledger/import/rows.h"

#include <fmt/format.h>
#include <unicode/locid.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>
#include <utility>

#include "twinledger/fields/from_text.h"
#include "twinledger/import/ids.h"
#include "twinledger/import/row_cells.h"

namespace twinledger::client {
namespace {

constexpr std::array<LayoutColumn, 9> kCouncilColumns{{{"council_id", true},
                                                       {"name", true},
                                                       {"type", true},
                                                       {"region", false},
                                                       {"population", false},
                                                       {"seat", false},
                                                       {"has_port", false},
                                                       {"has_airport", false},
                                                       {"source", false}}};

constexpr std::array<LayoutColumn, 9> kRelationshipColumns{{{"relationship_id", true},
                                                            {"council_id", true},
                                                            {"partner_city", true},
                                                            {"partner_region", false},
                                                            {"partner_country_iso2", true},
                                                            {"kind", true},
                                                            {"established_year", false},
                                                            {"status", false},
                                                            {"source", false}}};

bool IsCountry(const std::string& code) {
  static const std::set<std::string> countries = [] {
    std::set<std::string> codes;
    for (const char* const* at = icu::Locale::getISOCountries(); *at != nullptr; ++at) {
      codes.insert(*at);
    }
    return codes;
  }();
  return countries.contains(code);
}

CouncilRow ReadCouncil(RowCells& cells, std::uint64_t line) {
  CouncilRow row{.row = line, .council_id = cells.Slug("council_id"), .council = {}};
  row.council.set_name("councils/" + row.council_id);
  row.council.set_display_name(cells.Needed("name", "give the council's name"));
  cells.SetChoice(row.council, "kind", "type", cells.Cell("type"));
  row.council.set_region(cells.Text("region"));
  cells.Set(row.council, "population", "population", cells.Text("population"));
  row.council.set_seat(cells.Text("seat"));
  cells.Set(row.council, "has_port", "has_port", cells.Text("has_port"));
  cells.Set(row.council, "has_airport", "has_airport", cells.Text("has_airport"));
  row.council.set_source_note(cells.Text("source"));
  return row;
}

void ReadPartner(RowCells& cells, RelationshipRow& row) {
  const std::string city = cells.Needed("partner_city", "give the partner's name");
  const std::string region = cells.Text("partner_region");
  const std::optional<std::string> cell = cells.Cell("partner_country_iso2");
  const std::string country = UpperCase(cell.value_or(""));
  if (cell && !IsCountry(country)) {
    cells.Wrong("partner_country_iso2", *cell,
                country == "UK" ? "use GB for the United Kingdom"
                                : "use the two letters of ISO 3166-1, such as JP for Japan");
  }
  row.partner_id = PartnerIdOf(city, region, country);
  row.partner.set_name("partners/" + row.partner_id);
  row.partner.set_display_name(city);
  row.partner.set_level(registry::v1::PARTNER_LEVEL_UNKNOWN);  // The layout does not say.
  row.partner.set_region(region);
  row.partner.set_country(country);
}

RelationshipRow ReadRelationship(RowCells& cells, std::uint64_t line) {
  RelationshipRow row;
  row.row = line;
  row.council_id = cells.Slug("council_id");
  const std::string key =
      cells.Needed("relationship_id", "give the row a key of its own, such as rel-0001");
  row.relationship_id = RelationshipIdOf(row.council_id, key);
  ReadPartner(cells, row);
  registry::v1::Relationship& relationship = row.relationship;
  relationship.set_name(
      fmt::format("councils/{}/relationships/{}", row.council_id, row.relationship_id));
  relationship.set_partner(row.partner.name());
  std::optional<std::string> kind = cells.Cell("kind");
  if (kind == "friendship_city") kind = "friendly_city";  // As councils say it; the same thing.
  cells.SetChoice(relationship, "kind", "kind", kind);
  cells.Set(relationship, "since", "established_year", cells.Text("established_year"));
  const std::string status = cells.Text("status");
  cells.Set(relationship, "status", "status", status.empty() ? "unknown" : status);
  relationship.set_source_note(cells.Text("source"));
  return row;
}

// Fields by the columns they come from, where the file has the column.
std::vector<std::string> PathsOf(
    const Layout& layout, std::initializer_list<std::pair<std::string_view, const char*>> columns) {
  std::vector<std::string> paths;
  for (const auto& [column, path] : columns) {
    if (layout.Has(column)) paths.emplace_back(path);
  }
  return paths;
}

template <class Row, class Read, class Key>
ParsedRows<Row> ReadRows(const CsvFile& file, const Layout& layout, std::string_view key_column,
                         const Read& read, const Key& key) {
  ParsedRows<Row> parsed;
  parsed.unknown = layout.unknown();
  std::map<std::string, std::uint64_t> seen;  // Key of a row: where it stood first.
  for (const CsvRow& line : file.rows) {
    ++parsed.read;
    if (line.damage) {
      parsed.problems.push_back({line.line, "(row)", line.damage->found, line.damage->remedy});
      ++parsed.bad;
      continue;
    }
    RowCells cells(layout, line, parsed.problems);
    Row row = read(cells, line.line);
    const auto [first, fresh] = seen.emplace(key(row), line.line);
    if (cells.good() && !fresh) {
      cells.Wrong(key_column, layout.Cell(line, key_column),
                  fmt::format("row {} has the same key: keep one of them", first->second));
    }
    if (cells.good()) {
      parsed.rows.push_back(std::move(row));
    } else {
      ++parsed.bad;
    }
  }
  return parsed;
}

}  // namespace

Result<ParsedRows<CouncilRow>> ParseCouncils(const CsvFile& file) {
  TL_TRY(const Layout layout, Layout::Of(file.header, kCouncilColumns));
  auto parsed = ReadRows<CouncilRow>(file, layout, "council_id", ReadCouncil,
                                     [](const CouncilRow& row) { return row.council_id; });
  parsed.paths = PathsOf(layout, {{"name", "display_name"},
                                  {"type", "kind"},
                                  {"region", "region"},
                                  {"population", "population"},
                                  {"seat", "seat"},
                                  {"has_port", "has_port"},
                                  {"has_airport", "has_airport"},
                                  {"source", "source_note"}});
  return parsed;
}

Result<ParsedRows<RelationshipRow>> ParseRelationships(const CsvFile& file) {
  TL_TRY(const Layout layout, Layout::Of(file.header, kRelationshipColumns));
  auto parsed =
      ReadRows<RelationshipRow>(file, layout, "relationship_id", ReadRelationship,
                                [](const RelationshipRow& row) { return row.relationship.name(); });
  parsed.paths = PathsOf(layout, {{"partner_city", "partner"},
                                  {"kind", "kind"},
                                  {"established_year", "since"},
                                  {"status", "status"},
                                  {"source", "source_note"}});
  return parsed;
}

}  // namespace twinledger::client
