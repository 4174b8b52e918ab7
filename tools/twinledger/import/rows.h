// Rows of the two layouts, read and checked on this machine.
//
//   councils       council_id,name,type,region,population,seat,has_port,has_airport,source
//   relationships relationship_id,council_id,partner_city,partner_region,partner_country_iso2,kind,
//                  established_year,status,source
//
// An empty cell means "not known". Every wrong cell of a row is a problem of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"
#include "twinledger/csv/reader.h"
#include "twinledger/import/layout.h"
#include "twinledger/registry/v1/councils.pb.h"
#include "twinledger/registry/v1/partners.pb.h"
#include "twinledger/registry/v1/relationships.pb.h"

namespace twinledger::client {

struct CouncilRow {
  std::uint64_t row = 0;
  std::string council_id;
  registry::v1::Council council;  // With its name.
};

struct RelationshipRow {
  std::uint64_t row = 0;
  std::string council_id;
  std::string relationship_id;              // UUID.
  std::string partner_id;                   // UUID.
  registry::v1::Partner partner;            // With its name.
  registry::v1::Relationship relationship;  // With its name and its partner's.
};

template <class Row>
struct ParsedRows {
  std::vector<Row> rows;              // The good ones.
  std::vector<CellProblem> problems;  // Of the others, in the file's order.
  std::uint64_t read = 0;
  std::uint64_t bad = 0;             // Rows with problems: read = rows + bad.
  std::vector<std::string> paths;    // Fields that the file speaks of.
  std::vector<std::string> unknown;  // Columns that are not imported.
};

// Where the server's words about a row belong in the file: the column of a field of the request
// ("council.population", "relationship.since", "partner.country") or of a refusal's reason, and
// what stands there, as far as the row still has it. Nothing where no column is meant.
struct BlamedCell {
  std::string column;
  std::string value;
};
std::optional<BlamedCell> CellOfField(const CouncilRow& row, std::string_view field);
std::optional<BlamedCell> CellOfField(const RelationshipRow& row, std::string_view field);
std::optional<BlamedCell> CellOfReason(const CouncilRow& row, std::string_view reason);
std::optional<BlamedCell> CellOfReason(const RelationshipRow& row, std::string_view reason);

// COLUMN_MISSING and COLUMN_TWICE as Layout::Of.
Result<ParsedRows<CouncilRow>> ParseCouncils(const CsvFile& file);
Result<ParsedRows<RelationshipRow>> ParseRelationships(const CsvFile& file);

}  // namespace twinledger::client
