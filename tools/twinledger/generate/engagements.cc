#include "twinledger/generate/engagements.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace twinledger::client {
namespace {

using std::chrono::days;

constexpr std::array<std::string_view, 7> kOffices{
    "mayor", "deputy-mayor", "chief-executive", "member-1", "member-2", "member-3", "manager"};
constexpr std::array<std::string_view, 6> kGiftKinds{"symbolic",   "art",     "food_drink",
                                                     "electronic", "tickets", "other"};
constexpr std::array<std::string_view, 5> kDispositions{"declined", "surrendered", "retained",
                                                        "shared", "returned"};
constexpr std::array<std::string_view, 4> kMealKinds{"meal", "entertainment", "event", "lodging"};
constexpr std::array<std::string_view, 4> kPayers{"council", "council", "foreign_public", "self"};
constexpr std::array<std::string_view, 4> kItems{"fare", "lodging", "meals", "transport"};
constexpr std::array<int, 4> kItemShares{50, 30, 12, 8};  // Of a trip's cost, per cent.
constexpr std::array<std::string_view, 3> kDeviceClasses{"loan", "standard", "personal"};
constexpr std::array<std::string_view, 3> kDeviceKinds{"phone", "laptop", "tablet"};
constexpr std::array<std::string_view, 4> kMembers{"vice-mayor", "director", "interpreter",
                                                   "company-director"};
constexpr std::array<std::string_view, 4> kSites{"library", "museum", "botanic garden", "port"};

std::string Dollars(double amount) { return fmt::format("{:.2f}", amount); }

}  // namespace

std::string DayText(Day day) {
  const std::chrono::year_month_day date(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

const std::vector<std::string>& EngagementCsvColumns() {
  static const std::vector<std::string> columns{
      "record_key",  "council_id",    "kind",         "relationship_key", "travel_key",
      "donor_key",   "donor_kind",    "donor_name",   "occur_date",       "occur_end",
      "direction",   "recipient",     "gift_kind",    "description",      "amount",
      "value_basis", "offered_on",    "disposition",  "guests",           "hospitality_kind",
      "place",       "accepted",      "traveller",    "purpose",          "depart_on",
      "return_on",   "stop_city",     "stop_country", "stop_nights",      "cost_item",
      "cost_amount", "cost_payer",    "device_ref",   "device_class",     "device_kind",
      "data_level",  "requested_by",  "notice_days",  "size_arrived",     "member_person",
      "site_name",   "site_escorted", "reported_on"};
  return columns;
}

EngagementSource::EngagementSource(const std::vector<GeneratedCouncil>& councils, Dice& dice)
    : councils_(councils), dice_(dice) {
  constexpr double kSkew = 1.1;  // The first of 78 councils has a quarter.
  double sum = 0;
  for (std::size_t rank = 1; rank <= councils.size(); ++rank) {
    sum += std::pow(static_cast<double>(rank), -kSkew);
    reach_.push_back(sum);
  }
}

const GeneratedCouncil& EngagementSource::AnyCouncil() {
  const auto found = std::ranges::upper_bound(reach_, dice_.Unit() * reach_.back());
  const auto place = std::min<std::ptrdiff_t>(found - reach_.begin(), std::ssize(reach_) - 1);
  return councils_[static_cast<std::size_t>(place)];
}

CsvCells EngagementSource::Begin(GeneratedRecord& record, std::string_view kind,
                                 const GeneratedRelationship& relationship) const {
  return {{"record_key", record.key},
          {"council_id", record.council_id},
          {"kind", std::string(kind)},
          {"relationship_key", relationship.key}};
}

// One of the council's twenty: three persons, and organisations.
void EngagementSource::AddDonor(std::string_view council_id, CsvCells& cells) {
  constexpr std::size_t kDonors = 20;
  constexpr std::size_t kPersons = 3;
  const std::size_t donor = dice_.Below(kDonors);
  const bool person = donor < kPersons;
  cells["donor_key"] = fmt::format("donor-{:02}", donor);
  cells["donor_kind"] = person ? "person" : "organisation";
  cells["donor_name"] = fmt::format(
      "{} {:02} of {}", person ? "Fictional Person" : "Example Company", donor, council_id);
}

GeneratedRecord EngagementSource::Gift(GeneratedRecord record, const GeneratedCouncil& council,
                                       Day began) {
  const auto& relationship = council.relationships[dice_.Below(council.relationships.size())];
  CsvCells cells = Begin(record, "gift", relationship);
  AddDonor(council.id, cells);
  cells["direction"] = "offered_to_council";
  cells["recipient"] = dice_.OneOf(kOffices);
  cells["gift_kind"] = dice_.OneOf(kGiftKinds);
  cells["description"] = "a gift that was never given";
  cells["amount"] = Dollars(std::clamp(dice_.LogNormal(80, 0.9), 1.0, 50'000.0));
  cells["value_basis"] = "estimate";
  cells["offered_on"] = DayText(began);
  cells["disposition"] = dice_.OneOf(kDispositions);
  record.ended = began;
  record.rows.push_back(std::move(cells));
  return record;
}

GeneratedRecord EngagementSource::Meal(GeneratedRecord record, const GeneratedCouncil& council,
                                       Day began) {
  const auto& relationship = council.relationships[dice_.Below(council.relationships.size())];
  CsvCells cells = Begin(record, "hospitality", relationship);
  AddDonor(council.id, cells);
  cells["occur_date"] = DayText(began);
  cells["guests"] = dice_.OneIn(2) ? "mayor" : "mayor, member-2";
  cells["hospitality_kind"] = dice_.OneOf(kMealKinds);
  cells["place"] = "a house that is not there";
  cells["amount"] = Dollars(std::clamp(dice_.LogNormal(60, 0.6), 5.0, 2'000.0));
  cells["accepted"] = dice_.OneIn(8) ? "no" : "yes";
  record.ended = began;
  record.rows.push_back(std::move(cells));
  return record;
}

GeneratedRecord EngagementSource::Trip(GeneratedRecord record, const GeneratedCouncil& council,
                                       Day began) {
  constexpr double kLeast = 2'000;
  constexpr double kMost = 40'000;
  const auto& relationship = council.relationships[dice_.Below(council.relationships.size())];
  const auto nights = static_cast<int>(4 + dice_.Below(12));
  const double cost = std::clamp(dice_.LogNormal(7'000, 0.7), kLeast, kMost);
  record.ended = began + days(nights);
  CsvCells cells = Begin(record, "travel", relationship);
  cells["traveller"] = dice_.OneOf(kOffices);
  cells["purpose"] = "a journey that was never made";
  cells["depart_on"] = DayText(began);
  cells["return_on"] = DayText(record.ended);
  cells["stop_city"] = relationship.city;
  cells["stop_country"] = relationship.country;
  cells["stop_nights"] = std::to_string(nights);
  for (std::size_t i = 0; i < kItems.size(); ++i) {
    if (i > 0) cells = {{"record_key", record.key}};
    cells["cost_item"] = kItems.at(i);
    cells["cost_amount"] = Dollars(cost * kItemShares.at(i) / 100);
    cells["cost_payer"] = dice_.OneOf(kPayers);
    record.rows.push_back(cells);
  }
  if (dice_.OneIn(2)) {
    journey_ = {{council.id, record.key, relationship.key, began, record.ended}};
  }
  return record;
}

GeneratedRecord EngagementSource::Visit(GeneratedRecord record, const GeneratedCouncil& council,
                                        Day began) {
  const auto& relationship = council.relationships[dice_.Below(council.relationships.size())];
  record.ended = began + days(dice_.Below(6));
  CsvCells cells = Begin(record, "delegation", relationship);
  cells["occur_date"] = DayText(began);
  cells["occur_end"] = DayText(record.ended);
  cells["direction"] = dice_.OneIn(3) ? "out" : "in";
  cells["purpose"] = "a visit that never was";
  cells["requested_by"] = dice_.OneIn(4) ? "council" : "partner";
  cells["notice_days"] = std::to_string(5 + dice_.Below(60));
  const std::size_t members = 1 + dice_.Below(kMembers.size());
  cells["size_arrived"] = std::to_string(members + dice_.Below(12));
  cells["cost_amount"] = Dollars(std::clamp(dice_.LogNormal(5'000, 0.8), 100.0, 60'000.0));
  cells["cost_payer"] = "council";
  for (std::size_t i = 0; i < members; ++i) {
    if (i > 0) cells = {{"record_key", record.key}};
    cells["member_person"] = kMembers.at(i);
    cells["site_name"] = kSites.at(i);
    cells["site_escorted"] = dice_.OneIn(10) ? "no" : "yes";
    record.rows.push_back(cells);
  }
  return record;
}

GeneratedRecord EngagementSource::DeviceOf(const Journey& journey, GeneratedRecord record) {
  record.council_id = journey.council_id;
  record.ended = journey.ended;
  CsvCells cells = Begin(record, "device", {journey.relationship, "", "", 0});
  cells["travel_key"] = journey.key;
  cells["occur_date"] = DayText(journey.began);
  cells["occur_end"] = DayText(journey.ended);
  cells["device_ref"] = fmt::format("EXAMPLE-{:04}", dice_.Below(10'000));
  cells["device_class"] = dice_.OneOf(kDeviceClasses);
  cells["device_kind"] = dice_.OneOf(kDeviceKinds);
  cells["data_level"] = "minimum";
  record.rows.push_back(std::move(cells));
  return record;
}

GeneratedRecord EngagementSource::Next(std::uint64_t number, Day began) {
  GeneratedRecord record;
  record.key = fmt::format("gen-{:08}", number);
  if (!journey_.empty()) return DeviceOf(std::exchange(journey_, {}).front(), std::move(record));
  const GeneratedCouncil& council = AnyCouncil();
  record.council_id = council.id;
  const std::size_t hundredth = dice_.Below(100);
  if (hundredth < 58) return Gift(std::move(record), council, began);
  if (hundredth < 79) return Meal(std::move(record), council, began);
  if (hundredth < 90) return Trip(std::move(record), council, began);
  return Visit(std::move(record), council, began);
}

GeneratedRecord EngagementSource::Amended(GeneratedRecord record) {
  CsvCells& first = record.rows.front();
  for (const char* const text : {"description", "place", "purpose"}) {
    const auto cell = first.find(text);
    if (cell != first.end()) cell->second += ", corrected";
  }
  if (first.contains("data_level")) first["data_level"] = "normal";
  return record;
}

}  // namespace twinledger::client
