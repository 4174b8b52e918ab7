#include <array>
#include <utility>

#include "twinledger/fields/to_json.h"
#include "twinledger/import/rows.h"

namespace twinledger::client {
namespace {

using ColumnOfField = std::pair<std::string_view, std::string_view>;

constexpr std::array<ColumnOfField, 8> kCouncilFields{{{"display_name", "name"},
                                                       {"kind", "type"},
                                                       {"region", "region"},
                                                       {"population", "population"},
                                                       {"seat", "seat"},
                                                       {"has_port", "has_port"},
                                                       {"has_airport", "has_airport"},
                                                       {"source_note", "source"}}};

constexpr std::array<ColumnOfField, 4> kRelationshipFields{{{"kind", "kind"},
                                                            {"since", "established_year"},
                                                            {"status", "status"},
                                                            {"source_note", "source"}}};

constexpr std::array<ColumnOfField, 3> kPartnerFields{{{"display_name", "partner_city"},
                                                       {"region", "partner_region"},
                                                       {"country", "partner_country_iso2"}}};

// Of the field "since" of "relationship.since" or of "relationship.since.year"; nothing if `field`
// is not of `message`.
std::string_view Within(std::string_view field, std::string_view message) {
  if (!field.starts_with(message) || !field.substr(message.size()).starts_with('.')) return {};
  field.remove_prefix(message.size() + 1);
  return field.substr(0, field.find('.'));
}

std::string TextOf(const Json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

template <std::size_t kSize>
std::optional<BlamedCell> Find(const std::array<ColumnOfField, kSize>& columns,
                               std::string_view field, const google::protobuf::Message& message) {
  for (const auto& [name, column] : columns) {
    if (name != field) continue;
    const Json json = ToJson(message);
    const auto value = json.find(std::string(name));
    return BlamedCell{std::string(column), value == json.end() ? "" : TextOf(*value)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<BlamedCell> CellOfField(const CouncilRow& row, std::string_view field) {
  if (field == "council_id") return BlamedCell{"council_id", row.council_id};
  return Find(kCouncilFields, Within(field, "council"), row.council);
}

std::optional<BlamedCell> CellOfField(const RelationshipRow& row, std::string_view field) {
  if (field == "parent") return BlamedCell{"council_id", row.council_id};
  if (Within(field, "relationship") == "partner") {
    return BlamedCell{"partner_city", row.partner.display_name()};
  }
  auto cell = Find(kRelationshipFields, Within(field, "relationship"), row.relationship);
  return cell ? cell : Find(kPartnerFields, Within(field, "partner"), row.partner);
}

std::optional<BlamedCell> CellOfReason(const CouncilRow&, std::string_view) { return std::nullopt; }

std::optional<BlamedCell> CellOfReason(const RelationshipRow& row, std::string_view reason) {
  if (reason == "DATE_IN_FUTURE" || reason == "DATES_OUT_OF_ORDER") {
    return CellOfField(row, "relationship.since");
  }
  if (reason == "STATUS_DECIDED") return CellOfField(row, "relationship.status");
  if (reason == "COUNCIL_NOT_ACTIVE") return CellOfField(row, "parent");
  if (reason == "RELATIONSHIP_OPEN" || reason.starts_with("PARTNER_")) {
    return CellOfField(row, "relationship.partner");
  }
  return std::nullopt;
}

}  // namespace twinledger::client
