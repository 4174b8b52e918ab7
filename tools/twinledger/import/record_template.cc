#include "twinledger/import/record_template.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "twinledger/import/record_columns.h"

namespace twinledger::client {
namespace {

using Cells = std::map<std::string, std::string>;

// One record of each kind that has whatever its kind is about; lists go on in further rows.
const std::map<std::string, std::vector<Cells>>& Examples() {
  static const std::map<std::string, std::vector<Cells>> examples{
      {"gift",
       {{{"record_key", "gift-0001"},
         {"council_id", "wellington-city"},
         {"donor_key", "example-chamber"},
         {"donor_kind", "organisation"},
         {"donor_name", "Example Chamber of Commerce"},
         {"direction", "offered_to_council"},
         {"recipient", "mayor"},
         {"gift_kind", "art"},
         {"description", "a vase"},
         {"amount", "80.00"},
         {"currency", "NZD"},
         {"value_basis", "estimate"},
         {"offered_on", "2026-03-02"},
         {"disposition", "retained"}}}},
      {"hospitality",
       {{{"record_key", "meal-0001"},
         {"council_id", "wellington-city"},
         {"donor_key", "example-chamber"},
         {"donor_kind", "organisation"},
         {"donor_name", "Example Chamber of Commerce"},
         {"occur_date", "2026-03-02"},
         {"guests", "mayor, member-2"},
         {"hospitality_kind", "meal"},
         {"place", "a restaurant in town"},
         {"amount", "45.00"},
         {"business_present", "no"},
         {"accepted", "yes"}}}},
      {"travel",
       {{{"record_key", "trip-0001"},
         {"council_id", "wellington-city"},
         {"traveller", "mayor"},
         {"role", "mayor"},
         {"purpose", "anniversary of the partnership"},
         {"depart_on", "2026-03-02"},
         {"return_on", "2026-03-09"},
         {"stop_city", "Exampleville"},
         {"stop_country", "JP"},
         {"stop_nights", "7"},
         {"cost_item", "fare"},
         {"cost_amount", "2400.00"},
         {"cost_payer", "council"}},
        {{"record_key", "trip-0001"},
         {"cost_item", "lodging"},
         {"cost_amount", "900.00"},
         {"cost_payer", "foreign_public"}}}},
      {"device",
       {{{"record_key", "device-0001"},
         {"council_id", "wellington-city"},
         {"occur_date", "2026-03-02"},
         {"occur_end", "2026-03-09"},
         {"device_ref", "LAPTOP-0417"},
         {"device_class", "loan"},
         {"device_kind", "laptop"},
         {"loan_id", "LOAN-12"},
         {"data_level", "minimum"},
         {"custody_breach", "none"}}}},
      {"delegation",
       {{{"record_key", "visit-0001"},
         {"council_id", "wellington-city"},
         {"occur_date", "2026-03-02"},
         {"occur_end", "2026-03-04"},
         {"direction", "in"},
         {"purpose", "anniversary of the partnership"},
         {"requested_by", "partner"},
         {"size_arrived", "13"},
         {"member_person", "vice-mayor"},
         {"member_identity_checked", "yes"},
         {"site_name", "botanic garden"},
         {"site_escorted", "yes"},
         {"cost_payer", "council"},
         {"cost_amount", "1200.00"}},
        {{"record_key", "visit-0001"},
         {"member_person", "interpreter"},
         {"member_interpreter", "yes"},
         {"site_name", "library"},
         {"site_escorted", "yes"}}}}};
  return examples;
}

// The columns of one kind: those that name by keys first.
std::vector<std::string> ColumnNames(const std::string& kind) {
  std::vector<std::string> names;
  for (const std::string_view own : kOwnColumns) {
    if (own == "travel_key" && kind != "device") continue;
    names.emplace_back(own);
  }
  for (const RecordColumn& column : ColumnsOf(kind)) {
    const bool has_days = kind == "gift" || kind == "travel";
    if (!has_days || !column.field.starts_with("occur_")) names.push_back(column.name);
  }
  return names;
}

}  // namespace

std::string CsvCell(std::string_view text) {
  if (text.find_first_of(",\"\r\n;") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

Result<std::string> RecordCsvTemplate(std::string_view kind) {
  const auto example = Examples().find(std::string(kind));
  if (example == Examples().end()) {
    return Error{.code = Code::kInvalidArgument,
                 .message = fmt::format("there is no kind \"{}\": use one of {}", kind,
                                        fmt::join(RecordKindNames(), ", ")),
                 .reason = "KIND_UNKNOWN",
                 .metadata = {{"kind", std::string(kind)}}};
  }
  const std::vector<std::string> columns = ColumnNames(example->first);
  std::string text = fmt::format("{}\n", fmt::join(columns, ","));
  for (const Cells& cells : example->second) {
    std::vector<std::string> line;
    for (const std::string& column : columns) {
      const auto cell = cells.find(column);
      const bool kind_cell = column == "kind" && &cells == &example->second.front();
      line.push_back(kind_cell ? std::string(kind)
                               : CsvCell(cell == cells.end() ? "" : cell->second));
    }
    text += fmt::format("{}\n", fmt::join(line, ","));
  }
  return text;
}

}  // namespace twinledger::client
