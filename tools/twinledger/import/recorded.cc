#include "twinledger/import/recorded.h"

#include <fmt/format.h>

#include <map>
#include <string>

namespace twinledger::client {
namespace {

// A filter has at most 64 comparisons and 4096 bytes; of a row it compares two resource names, in
// at most 240 bytes.
constexpr std::size_t kRowsInAFilter = 16;

// Of what a row's outcome depends on, by council.
std::map<std::string, std::vector<std::string>> FiltersOf(
    const std::vector<RelationshipRow>& rows, const Records<registry::v1::Council>& councils) {
  std::map<std::string, std::vector<std::string>> filters;
  std::map<std::string, std::size_t> rows_of;
  for (const RelationshipRow& row : rows) {
    const std::string council = "councils/" + row.council_id;
    if (!councils.contains(council)) continue;
    std::vector<std::string>& of_council = filters[council];
    const bool begins = rows_of[council]++ % kRowsInAFilter == 0;
    if (begins) of_council.emplace_back();
    of_council.back() += fmt::format("{}partner = \"{}\" OR name = \"{}\"", begins ? "" : " OR ",
                                     row.partner.name(), row.relationship.name());
  }
  return filters;
}

}  // namespace

Result<Recorded> ReadRecorded(Connection& connection, const std::vector<RelationshipRow>& rows,
                              const ReadTick& tick) {
  RegisterReader reader(connection, tick);
  Recorded recorded;
  TL_TRY(recorded.councils, reader.Councils());
  std::vector<std::string> partners;
  partners.reserve(rows.size());
  for (const RelationshipRow& row : rows) partners.push_back(row.partner.name());
  TL_TRY(recorded.partners, reader.Partners(partners));
  TL_TRY(recorded.relationships, reader.Relationships(FiltersOf(rows, recorded.councils)));
  return recorded;
}

}  // namespace twinledger::client
