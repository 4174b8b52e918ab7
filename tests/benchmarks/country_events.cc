#include "tests/benchmarks/country_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "platform/crypto/hash.h"
#include "twinledger/risk/events/v1/risk_events.pb.h"

namespace twinledger::testing {
namespace {

namespace engagements = engagement::events::v1;
namespace facts = registry::events::v1;
namespace scores = risk::events::v1;
using engagements::EngagementEvent;
using engagements::RecordFields;
using facts::RegistryEvent;

constexpr std::size_t kCouncils = 78;
constexpr std::size_t kDonors = 20;             // Of a council.
constexpr std::size_t kRelationshipsMost = 12;  // Of the first council.
constexpr std::size_t kRecentMost = 10'000;     // Of records: what is amended and verified.
constexpr std::size_t kSealedText = 110;        // Of some thirty letters, sealed.

constexpr std::array<std::string_view, 4> kOffices{"mayor", "deputy-mayor", "member-1", "manager"};
constexpr std::array<std::string_view, 24> kIndicators{
    "A1", "A2", "A3", "A4", "A5", "A6", "B1", "B2", "B3", "B4", "B5", "B6",
    "B7", "C1", "C2", "C3", "C4", "D1", "D2", "E1", "F1", "G1", "H1", "H2"};

}  // namespace

CountryEvents::CountryEvents(EventMix mix, std::uint64_t seed) : mix_(mix), dice_(seed) { Found(); }

std::string CountryEvents::Bytes(std::size_t count) {
  std::string bytes;
  bytes.reserve(count + 8);
  while (bytes.size() < count) {
    const std::uint64_t drawn = dice_();
    bytes.append(reinterpret_cast<const char*>(&drawn), sizeof drawn);
  }
  bytes.resize(count);
  return bytes;
}

std::string CountryEvents::Uuid() {
  std::string hex = crypto::Hex(Bytes(16));
  hex[12] = '4';
  hex[16] = '8';
  for (const std::size_t place : {20, 16, 12, 8}) hex.insert(place, 1, '-');
  return hex;
}

facts::PartialDate CountryEvents::Day() {
  facts::PartialDate day;
  day.set_year(2022 + static_cast<int>(Below(3)));
  day.set_month(1 + static_cast<int>(Below(12)));
  day.set_day(1 + static_cast<int>(Below(28)));
  return day;
}

const CountryEvents::Council& CountryEvents::AnyCouncil() {
  const double drawn = static_cast<double>(dice_() >> 11U) * 0x1.0p-53;
  const auto found = std::ranges::upper_bound(reach_, drawn * reach_.back());
  const auto place = std::min<std::ptrdiff_t>(found - reach_.begin(), std::ssize(reach_) - 1);
  return councils_[static_cast<std::size_t>(place)];
}

void CountryEvents::Found() {
  constexpr double kSkew = 1.1;  // The first of 78 councils has a quarter.
  for (std::size_t number = 1; number <= kCouncils; ++number) {
    const double before = reach_.empty() ? 0 : reach_.back();
    reach_.push_back(before + std::pow(static_cast<double>(number), -kSkew));
    AddCouncil(number);
  }
}

void CountryEvents::AddCouncil(std::size_t number) {
  Council& council = councils_.emplace_back();
  council.id = fmt::format("example-council-{:04}", number);
  RegistryEvent event;
  facts::CouncilRegistered& registered = *event.mutable_council_registered();
  registered.set_council_id(council.id);
  registered.mutable_fields()->set_display_name(fmt::format("Example Council {:04}", number));
  registered.mutable_fields()->set_kind(facts::COUNCIL_KIND_CITY);
  registered.mutable_fields()->set_status(facts::COUNCIL_STATUS_ACTIVE);
  registered.mutable_fields()->set_region(fmt::format("Example Region {:02}", number % 16));
  registered.mutable_fields()->set_population(1'000 * static_cast<int>(1 + Below(200)));
  waiting_.push_back(OfRegistry("council", council.id, "CreateCouncil", event));
  for (std::size_t i = 0; i < kDonors; ++i) AddDonor(council);
  const std::size_t most = std::max<std::size_t>(1, kRelationshipsMost / number);
  for (std::size_t i = 0; i < 1 + Below(most + 2); ++i) AddRelationship(council);
}

void CountryEvents::AddDonor(Council& council) {
  const std::string& id = council.donors.emplace_back(Uuid());
  RegistryEvent event;
  facts::PrincipalRegistered& registered = *event.mutable_principal_registered();
  registered.set_principal_id(id);
  registered.set_kind(facts::PRINCIPAL_KIND_ORGANISATION);
  registered.set_registrar_id(council.id);
  registered.mutable_fields()->set_display_name("Example Company of " + council.id);
  registered.mutable_fields()->set_role("port operator");
  waiting_.push_back(OfRegistry("principal", id, "CreatePrincipal", event));
}

void CountryEvents::AddRelationship(Council& council) {
  const Relationship added{council.id, Uuid(), Uuid()};
  RegistryEvent event;
  facts::PartnerRegistered& partner = *event.mutable_partner_registered();
  partner.set_partner_id(added.partner);
  partner.mutable_fields()->set_display_name("Fictionville " + added.partner.substr(0, 8));
  partner.mutable_fields()->set_level(facts::PARTNER_LEVEL_MUNICIPAL);
  partner.mutable_fields()->set_country("JP");
  waiting_.push_back(OfRegistry("partner", added.partner, "CreatePartner", event));

  facts::RelationshipRecorded& recorded = *event.mutable_relationship_recorded();
  recorded.set_council_id(council.id);
  recorded.set_relationship_id(added.id);
  recorded.mutable_fields()->set_partner_id(added.partner);
  recorded.mutable_fields()->set_kind(facts::RELATIONSHIP_KIND_SISTER_CITY);
  recorded.mutable_fields()->set_status(facts::RELATIONSHIP_STATUS_ACTIVE);
  recorded.mutable_fields()->mutable_since()->set_year(1975 + static_cast<int>(Below(45)));
  recorded.mutable_fields()->set_source_note("generated");
  event.mutable_provenance()->set_source(facts::SOURCE_IMPORT);
  waiting_.push_back(OfRegistry("council", council.id, "RecordRelationship", event));
  council.relationships.push_back(relationships_.size());
  relationships_.push_back(added);
}

CountryEvent CountryEvents::OfRegistry(const std::string& type, const std::string& id,
                                       const std::string& method,
                                       const RegistryEvent& event) const {
  CountryEvent made{"registry",
                    {},
                    "twinledger.registry.v1.RegistryService/" + method,
                    event.SerializeAsString()};
  made.key.set_type(type);
  made.key.set_id(id);
  return made;
}

// A register that is imported again and again: most rows are there and differ a little.
CountryEvent CountryEvents::ChangeOfRegistry() {
  const std::size_t hundredth = Below(100);
  if (hundredth < 10) {
    Council& council = councils_[Below(councils_.size())];
    if (hundredth % 2 == 0) {
      AddRelationship(council);
    } else {
      AddDonor(council);
    }
    return Next();
  }
  RegistryEvent event;
  event.mutable_provenance()->set_source(facts::SOURCE_IMPORT);
  const Relationship& relationship = relationships_[Below(relationships_.size())];
  if (hundredth < 70) {
    facts::RelationshipAmended& amended = *event.mutable_relationship_amended();
    amended.set_council_id(relationship.council);
    amended.set_relationship_id(relationship.id);
    amended.mutable_fields()->set_source_note(fmt::format("generated {:08x}", dice_()));
    amended.add_paths("source_note");
    return OfRegistry("council", relationship.council, "UpdateRelationship", event);
  }
  facts::PartnerAmended& amended = *event.mutable_partner_amended();
  amended.set_partner_id(relationship.partner);
  amended.mutable_fields()->set_display_name(fmt::format("Fictionville {:08x}", dice_()));
  amended.add_paths("display_name");
  return OfRegistry("partner", relationship.partner, "UpdatePartner", event);
}

CountryEvent CountryEvents::OfEngagement(const std::string& council, const std::string& method,
                                         const EngagementEvent& event) const {
  CountryEvent made{"engagement",
                    {},
                    "twinledger.engagement.v1.EngagementService/" + method,
                    event.SerializeAsString()};
  made.key.set_type("council");
  made.key.set_id(council);
  return made;
}

void CountryEvents::FillGift(const Council& council, RecordFields& fields) {
  engagements::Gift& gift = *fields.mutable_gift();
  gift.set_direction(engagements::GIFT_DIRECTION_OFFERED_TO_COUNCIL);
  gift.mutable_recipient()->set_office(std::string(kOffices.at(Below(kOffices.size()))));
  gift.mutable_donor()->set_principal_id(council.donors[Below(kDonors)]);
  gift.set_kind(static_cast<engagements::GiftKind>(1 + Below(6)));
  gift.set_description_sealed(Bytes(kSealedText));
  gift.mutable_value()->set_cents(1'000 + static_cast<std::int64_t>(Below(90'000)));
  gift.mutable_value()->set_currency("NZD");
  gift.set_value_basis(engagements::VALUE_BASIS_ESTIMATE);
  *gift.mutable_offered_on() = Day();
  gift.set_disposition(static_cast<engagements::GiftDisposition>(2 + Below(4)));
}

void CountryEvents::FillMeal(const Council& council, RecordFields& fields) {
  *fields.mutable_occur_date() = Day();
  engagements::Hospitality& meal = *fields.mutable_hospitality();
  meal.mutable_host()->set_principal_id(council.donors[Below(kDonors)]);
  meal.add_guests()->set_office("mayor");
  meal.add_guests()->set_office("member-2");
  meal.set_kind(engagements::HOSPITALITY_KIND_MEAL);
  meal.set_place_sealed(Bytes(kSealedText));
  meal.mutable_value_per_person()->set_cents(500 + static_cast<std::int64_t>(Below(20'000)));
  meal.mutable_value_per_person()->set_currency("NZD");
  meal.set_accepted(facts::TRI_STATE_YES);
}

void CountryEvents::FillTravel(RecordFields& fields) {
  engagements::Travel& travel = *fields.mutable_travel();
  travel.mutable_traveller()->set_office(std::string(kOffices.at(Below(kOffices.size()))));
  travel.set_purpose_sealed(Bytes(kSealedText));
  *travel.mutable_depart_on() = Day();
  *travel.mutable_return_on() = travel.depart_on();
  engagements::Stop& stop = *travel.add_stops();
  stop.set_city_sealed(Bytes(kSealedText));
  stop.set_country("JP");
  stop.set_nights(static_cast<int>(4 + Below(12)));
  for (int item = 1; item <= 4; ++item) {
    engagements::CostLine& line = *travel.add_cost_lines();
    line.set_item(static_cast<engagements::CostItem>(item));
    line.mutable_amount()->set_cents(20'000 + static_cast<std::int64_t>(Below(500'000)));
    line.mutable_amount()->set_currency("NZD");
    line.set_payer(Below(4) == 0 ? engagements::PAYER_FOREIGN_PUBLIC : engagements::PAYER_COUNCIL);
  }
}

void CountryEvents::FillDelegation(RecordFields& fields) {
  *fields.mutable_occur_date() = Day();
  engagements::Delegation& delegation = *fields.mutable_delegation();
  delegation.set_direction(engagements::DELEGATION_DIRECTION_IN);
  delegation.set_purpose_sealed(Bytes(kSealedText));
  delegation.set_requested_by(engagements::REQUESTED_BY_PARTNER);
  delegation.set_notice_days(static_cast<int>(5 + Below(60)));
  delegation.set_size_arrived(static_cast<int>(2 + Below(12)));
  for (std::size_t i = 0; i < 2; ++i) {
    delegation.add_members()->mutable_person()->set_office("vice-mayor");
    delegation.add_sites()->set_name_sealed(Bytes(kSealedText));
  }
}

CountryEvent CountryEvents::NewRecord() {
  const Council& council = AnyCouncil();
  const std::size_t hundredth = Below(100);
  const std::size_t relationship = council.relationships[Below(council.relationships.size())];
  const Record record{council.id, Uuid(), relationships_[relationship].id, hundredth < 58};
  EngagementEvent event;
  engagements::RecordSubmitted& submitted = *event.mutable_record_submitted();
  submitted.set_council_id(record.council);
  submitted.set_record_id(record.id);
  RecordFields& fields = *submitted.mutable_fields();
  fields.set_relationship_id(record.relationship);
  fields.set_source(facts::SOURCE_DIRECT);
  fields.set_reported_by_role(engagements::REPORTED_BY_ROLE_COUNCIL_OFFICER);
  fields.set_marking(engagements::MARKING_IN_CONFIDENCE);
  fields.set_release_class(engagements::RELEASE_CLASS_COUNCIL_AND_AGENCY);
  if (record.gift) {
    FillGift(council, fields);
  } else if (hundredth < 79) {
    FillMeal(council, fields);
  } else if (hundredth < 90) {
    FillTravel(fields);
  } else {
    FillDelegation(fields);
  }
  if (recent_.size() < kRecentMost) {
    recent_.push_back(record);
  } else {
    recent_[next_recent_++ % kRecentMost] = record;
  }
  return OfEngagement(council.id, "SubmitRecord", event);
}

// What becomes of a record that was submitted.
CountryEvent CountryEvents::ChangeOfRecord(std::size_t hundredth) {
  const Record& record = RecentRecord();
  EngagementEvent event;
  const auto about = [&record](auto& kind) -> auto& {
    kind.set_council_id(record.council);
    kind.set_record_id(record.id);
    return kind;
  };
  if (hundredth < 5) {
    engagements::RecordAmended& amended = about(*event.mutable_record_amended());
    amended.mutable_fields()->set_relationship_id(record.relationship);
    amended.add_paths("relationship_id");
    amended.set_reason_sealed(Bytes(kSealedText));
    return OfEngagement(record.council, "AmendRecord", event);
  }
  engagements::RecordVerified& verified = about(*event.mutable_record_verified());
  verified.set_note_sealed(Bytes(kSealedText));
  engagements::Evidence& evidence = *verified.add_evidence();
  evidence.set_sha256(crypto::Hex(Bytes(32)));
  evidence.set_media_type("application/pdf");
  return OfEngagement(record.council, "VerifyRecord", event);
}

// Of a relationship and, every other time, of its council.
CountryEvent CountryEvents::Receipt() {
  const Council& council = AnyCouncil();
  const bool whole = Below(2) == 0;
  scores::RiskEvent event;
  scores::AssessmentRecorded& receipt = *event.mutable_assessment_recorded();
  receipt.set_council_id(council.id);
  const std::size_t relationship = council.relationships[Below(council.relationships.size())];
  if (!whole) receipt.set_relationship_id(relationships_[relationship].id);
  if (whole) receipt.set_highest_relationship_id(relationships_[relationship].id);
  for (const char* const stream : {"engagement", "registry"}) {
    scores::InputPosition& position = *receipt.add_positions();
    position.set_stream(stream);
    position.set_partition(static_cast<std::uint32_t>(Below(8)));
    position.set_sequence(1 + Below(1'000'000));
  }
  receipt.set_as_of(18'993 + static_cast<int>(Below(1'096)));
  receipt.set_rule_set_id("TL-1");
  receipt.set_rule_set_digest(std::string(64, 'd'));
  receipt.set_engine_version(1);
  receipt.set_facts_sha256(crypto::Hex(Bytes(32)));
  receipt.set_input_sha256(crypto::Hex(Bytes(32)));
  receipt.set_assessment_sha256(crypto::Hex(Bytes(32)));
  receipt.set_previous_band(scores::BAND_BASELINE);
  receipt.set_r(static_cast<std::int64_t>(Below(60'000)));
  receipt.set_uncapped(receipt.r());
  receipt.set_band(static_cast<scores::Band>(1 + Below(5)));
  receipt.set_records(scores::RECORDS_SUFFICIENT);
  receipt.set_a(static_cast<std::int64_t>(Below(100'000)));
  for (const char* const category : {"A", "B", "C"}) {
    scores::CategorySum& sum = *receipt.add_categories();
    sum.set_category(category);
    sum.set_sum(static_cast<std::int64_t>(Below(16'000)));
    sum.set_capped(sum.sum());
  }
  for (std::size_t i = 0; i < 3; ++i) {
    scores::TopLine& line = *receipt.add_top_lines();
    line.set_indicator(std::string(kIndicators.at(i)));
    line.set_net(static_cast<std::int64_t>(Below(8'000)));
    line.add_facts(Uuid() + "/" + line.indicator());
    line.set_fact_count(1);
  }
  for (const std::string_view indicator : kIndicators) {
    scores::IndicatorOutcome& outcome = *receipt.add_outcomes();
    outcome.set_indicator(std::string(indicator));
    outcome.set_outcome(scores::OUTCOME_NO_HIT);
  }
  receipt.set_previous_receipt("risk/3/123456.0");
  CountryEvent made{
      "risk", {}, "twinledger.risk.v1.RiskProcess/AssessSubject", event.SerializeAsString()};
  made.key.set_type("council");
  made.key.set_id(council.id);
  return made;
}

CountryEvent CountryEvents::Next() {
  if (!waiting_.empty()) {
    CountryEvent next = std::move(waiting_.front());
    waiting_.pop_front();
    return next;
  }
  const int hundredth = static_cast<int>(Below(100));
  if (hundredth < mix_.registry) return ChangeOfRegistry();
  if (hundredth >= mix_.registry + mix_.engagement) return Receipt();
  const std::size_t change = Below(100);
  return change < 15 && !recent_.empty() ? ChangeOfRecord(change) : NewRecord();
}

}  // namespace twinledger::testing
