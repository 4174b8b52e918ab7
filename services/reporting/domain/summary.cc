#include "reporting/domain/summary.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "platform/fields/partial_date.h"
#include "platform/fields/sealed_name.h"

namespace twinledger::reporting {
namespace {

namespace events = engagement::events::v1;
using state::v1::TimelineRow;

// "ART" of GIFT_KIND_ART; empty for what is not said.
template <class Enum>
std::string Word(Enum value) {
  const auto* type = google::protobuf::GetEnumDescriptor<Enum>();
  const auto* found = type->FindValueByNumber(value);
  if (found == nullptr || value == 0) return {};
  const std::string& unspecified = type->FindValueByNumber(0)->name();
  return found->name().substr(unspecified.size() - std::string_view("UNSPECIFIED").size());
}

// Facts with commas between; those that are not known are left out.
class Sentence {
 public:
  explicit Sentence(std::string begin) : text_(std::move(begin)) {}

  Sentence& Add(std::string_view fact) { return AddWith("", fact); }
  Sentence& AddWith(std::string_view before, std::string_view fact) {
    if (fact.empty()) return *this;
    text_ += fmt::format("{}{}{}", any_ ? ", " : ": ", before, fact);
    any_ = true;
    return *this;
  }
  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
  bool any_ = false;
};

std::string MoneyText(const events::Money& money) {
  if (money.currency().empty()) return {};
  return fmt::format("{} {}.{:02}", money.currency(), money.cents() / 100, money.cents() % 100);
}

std::string PartyText(const events::Party& party) {
  switch (party.who_case()) {
    case events::Party::kOffice:
      return party.office();
    case events::Party::kOfficialId:
      return "an official";
    case events::Party::kPrincipalId:
      return "a counterparty";
    case events::Party::WHO_NOT_SET:
      break;
  }
  return {};
}

std::string GiftText(const events::Gift& gift, std::string begin) {
  const bool given = gift.direction() == events::GIFT_DIRECTION_GIVEN_BY_COUNCIL;
  return Sentence(std::move(begin) + (given ? " given" : " offered"))
      .Add(Word(gift.kind()))
      .AddWith("to ", PartyText(gift.recipient()))
      .Add(MoneyText(gift.value()))
      .Add(Word(gift.disposition()))
      .Take();
}

std::string HospitalityText(const events::Hospitality& hospitality, std::string begin) {
  const std::string accepted =
      hospitality.accepted() == registry::events::v1::TRI_STATE_YES  ? "ACCEPTED"
      : hospitality.accepted() == registry::events::v1::TRI_STATE_NO ? "DECLINED"
                                                                     : "";
  return Sentence(std::move(begin))
      .Add(Word(hospitality.kind()))
      .AddWith("by ", PartyText(hospitality.host()))
      .AddWith("for ", hospitality.guests().empty() ? "" : PartyText(hospitality.guests(0)))
      .Add(MoneyText(hospitality.value_per_person()))
      .Add(accepted)
      .Take();
}

std::string TravelText(const events::Travel& travel, std::string begin) {
  Sentence sentence(std::move(begin));
  sentence.AddWith("by ", PartyText(travel.traveller()));
  for (const events::Stop& stop : travel.stops()) sentence.AddWith("to ", stop.country());
  for (const events::CostLine& line : travel.cost_lines()) {
    sentence.AddWith(Word(line.item()) + " ",
                     fmt::format("{} by {}", MoneyText(line.amount()), Word(line.payer())));
  }
  return sentence.Take();
}

std::string RecordText(const events::RecordFields& record) {
  switch (record.content_case()) {
    case events::RecordFields::kGift:
      return GiftText(record.gift(), "gift");
    case events::RecordFields::kHospitality:
      return HospitalityText(record.hospitality(), "hospitality");
    case events::RecordFields::kTravel:
      return TravelText(record.travel(), "travel");
    case events::RecordFields::kDevice:
      return Sentence("device")
          .Add(Word(record.device().device_class()))
          .Add(Word(record.device().kind()))
          .AddWith("custody ", Word(record.device().custody_breach()))
          .AddWith("found ", Word(record.device().finding()))
          .Take();
    case events::RecordFields::kDelegation:
      return Sentence(fmt::format("delegation {}", Word(record.delegation().direction())))
          .AddWith("asked for by ", Word(record.delegation().requested_by()))
          .AddWith("deviation ", Word(record.delegation().agenda_deviation()))
          .Take();
    case events::RecordFields::CONTENT_NOT_SET:
      break;
  }
  return "record";
}

std::string KindText(const events::RecordFields& record) {
  const auto* field = events::RecordFields::descriptor()->FindFieldByNumber(record.content_case());
  return field == nullptr ? "record" : field->name();
}

// As clients call them: that a text is kept sealed is no part of its name.
std::string PathsText(const TimelineRow& entry) {
  std::vector<std::string> names;
  for (const std::string& path : entry.paths()) names.push_back(fields::ClearName(path));
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::string PointsText(std::int64_t thousandths) {
  return fmt::format("{}.{:03}", thousandths / 1000, thousandths % 1000);
}

Move MoveOf(const TimelineRow& entry, std::string_view relationship_id) {
  const bool moved = entry.kind() == state::v1::ENTRY_KIND_RECORD_AMENDED &&
                     std::ranges::find(entry.paths(), "relationship_id") != entry.paths().end();
  if (!moved) return Move::kNone;
  return entry.record().relationship_id() == relationship_id ? Move::kHere : Move::kAway;
}

std::string SummaryOf(const TimelineRow& entry, Move move) {
  switch (entry.kind()) {
    case state::v1::ENTRY_KIND_RELATIONSHIP_PROPOSED:
      return "relationship proposed";
    case state::v1::ENTRY_KIND_RELATIONSHIP_RECORDED:
      return fmt::format("relationship recorded as {}", Word(entry.status()));
    case state::v1::ENTRY_KIND_RELATIONSHIP_ESTABLISHED:
      return "relationship established";
    case state::v1::ENTRY_KIND_RELATIONSHIP_SUSPENDED:
      return "relationship suspended";
    case state::v1::ENTRY_KIND_RELATIONSHIP_RESUMED:
      return "relationship resumed";
    case state::v1::ENTRY_KIND_RELATIONSHIP_ENDED:
      return "relationship ended";
    case state::v1::ENTRY_KIND_RELATIONSHIP_AMENDED:
      return "relationship amended: " + PathsText(entry);
    case state::v1::ENTRY_KIND_RECORD_SUBMITTED:
      return RecordText(entry.record());
    case state::v1::ENTRY_KIND_RECORD_AMENDED:
      if (move == Move::kHere) return "moved here: " + RecordText(entry.record());
      if (move == Move::kAway) return "moved away: " + RecordText(entry.record());
      return fmt::format("{} amended: {}", KindText(entry.record()), PathsText(entry));
    case state::v1::ENTRY_KIND_RECORD_RETRACTED:
      return KindText(entry.record()) + " retracted, which awaits a second person";
    case state::v1::ENTRY_KIND_RETRACTION_CONFIRMED:
      return KindText(entry.record()) + " counts no more: a second person confirmed its retraction";
    case state::v1::ENTRY_KIND_RETRACTION_RETURNED:
      return KindText(entry.record()) +
             " stands as before: a second person returned its retraction";
    case state::v1::ENTRY_KIND_RECORD_VERIFIED:
      return KindText(entry.record()) + " verified by a second person";
    case state::v1::ENTRY_KIND_RECORD_RETURNED:
      return KindText(entry.record()) + " returned to be put right";
    case state::v1::ENTRY_KIND_ASSESSED: {
      const bool moved = entry.from_band() != entry.to_band() && entry.from_band() != 0;
      return fmt::format("R {}, {}{}; A {}", PointsText(entry.r()), Word(entry.to_band()),
                         moved ? fmt::format(" (was {})", Word(entry.from_band())) : "",
                         PointsText(entry.a()));
    }
    case state::v1::ENTRY_KIND_ALERT_OPENED:
      return fmt::format("alert: {} to {}, R {}", Word(entry.from_band()), Word(entry.to_band()),
                         PointsText(entry.r()));
    case state::v1::ENTRY_KIND_UNSPECIFIED:
    case state::v1::EntryKind_INT_MIN_SENTINEL_DO_NOT_USE_:
    case state::v1::EntryKind_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return {};
}

}  // namespace twinledger::reporting
