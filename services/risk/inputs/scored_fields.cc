#include "risk/inputs/scored_fields.h"

#include <google/protobuf/descriptor.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "platform/base/check.h"
#include "platform/fields/field_paths.h"

namespace twinledger::risk {
namespace {

using engagement::events::v1::Companion;
using engagement::events::v1::CostLine;
using engagement::events::v1::Delegation;
using engagement::events::v1::DelegationMember;
using engagement::events::v1::Device;
using engagement::events::v1::Gift;
using engagement::events::v1::Hospitality;
using engagement::events::v1::Money;
using engagement::events::v1::Party;
using engagement::events::v1::Travel;
using engagement::events::v1::VisitedSite;
using google::protobuf::FieldDescriptor;

// A path, taken apart.
struct FieldPath {
  const FieldDescriptor* content = nullptr;  // Null for a field of the record itself.
  std::string field;
};

std::optional<FieldPath> FindPath(std::string_view path) {
  const std::size_t dot = path.find('.');
  const auto* top = RecordFields::descriptor()->FindFieldByName(std::string(path.substr(0, dot)));
  if (top == nullptr || (top->containing_oneof() != nullptr) != (dot != std::string_view::npos)) {
    return std::nullopt;
  }
  if (dot == std::string_view::npos) return FieldPath{nullptr, std::string(path)};
  std::string below(path.substr(dot + 1));
  if (top->message_type()->FindFieldByName(below) == nullptr) return std::nullopt;
  return FieldPath{top, std::move(below)};
}

// The fields of a type that are kept as they are: named once.
template <class Type>
fields::CopiedFields Kept(std::initializer_list<std::string_view> names) {
  return {*Type::descriptor(), names};
}

std::string Mark(const std::string& reference) {
  return std::string(reference.empty() ? std::string_view() : kGiven);
}

// On which side somebody is, and nothing of who.
Party SideOf(const Party& party) {
  Party side;
  if (party.has_official_id()) side.set_official_id(std::string(kGiven));
  if (party.has_principal_id()) side.set_principal_id(std::string(kGiven));
  if (party.has_office()) side.set_office(std::string(kGiven));
  return side;
}

// What a principal gives is counted by its id.
Party GiverOf(const Party& party) { return party.has_principal_id() ? party : SideOf(party); }

// What nobody has converted to New Zealand cents has no value yet.
bool HasWorth(const Money& amount) {
  return amount.currency() == "NZD" || amount.nzd_cents() != 0 || amount.cents() == 0;
}

Money WorthOf(const Money& amount) {
  Money worth;
  worth.set_nzd_cents(amount.currency() == "NZD" ? amount.cents() : amount.nzd_cents());
  return worth;
}

void KeepScored(const Gift& gift, Gift& scored) {
  static const auto kept =
      Kept<Gift>({"direction", "kind", "offered_on", "disposition", "handling"});
  kept.Copy(gift, scored);
  if (gift.has_donor()) *scored.mutable_donor() = GiverOf(gift.donor());
  if (gift.has_value() && HasWorth(gift.value())) *scored.mutable_value() = WorthOf(gift.value());
  scored.set_asset_number(Mark(gift.asset_number()));
  scored.set_handling_certificate(Mark(gift.handling_certificate()));
}

void KeepScored(const Hospitality& hospitality, Hospitality& scored) {
  static const auto kept = Kept<Hospitality>({"accepted"});
  kept.Copy(hospitality, scored);
  if (hospitality.has_host()) *scored.mutable_host() = GiverOf(hospitality.host());
  for (const Party& guest : hospitality.guests()) *scored.add_guests() = SideOf(guest);
  if (hospitality.has_value_per_person() && HasWorth(hospitality.value_per_person())) {
    *scored.mutable_value_per_person() = WorthOf(hospitality.value_per_person());
  }
}

void KeepScored(const Travel& travel, Travel& scored) {
  static const auto kept =
      Kept<Travel>({"depart_on", "return_on", "upgrade_paid_by", "leisure_days", "approved_on",
                    "briefed_on", "debriefed_on"});
  static const auto kept_of_line = Kept<CostLine>({"payer", "for_companion"});
  static const auto kept_of_companion = Kept<Companion>({"official_purpose"});
  kept.Copy(travel, scored);
  for (const auto& line : travel.cost_lines()) {
    auto& scored_line = *scored.add_cost_lines();
    kept_of_line.Copy(line, scored_line);
    if (line.has_amount() && HasWorth(line.amount())) {
      *scored_line.mutable_amount() = WorthOf(line.amount());
    }
  }
  for (const auto& companion : travel.companions()) {
    kept_of_companion.Copy(companion, *scored.add_companions());
  }
  if (travel.has_approved_by()) *scored.mutable_approved_by() = SideOf(travel.approved_by());
  scored.set_reimbursement_reference(Mark(travel.reimbursement_reference()));
}

void KeepScored(const Device& device, Device& scored) {
  static const auto kept =
      Kept<Device>({"device_class", "travel_record_id", "data_level", "custody_breach",
                    "returned_on", "checked_on", "wiped_on"});
  kept.Copy(device, scored);
  scored.set_loan_id(Mark(device.loan_id()));
}

void KeepScored(const Delegation& delegation, Delegation& scored) {
  static const auto kept = Kept<Delegation>(
      {"direction", "conduct", "visit_plan_filed_on", "no_recording_notice", "size_arrived"});
  static const auto kept_of_member = Kept<DelegationMember>({"added_on", "identity_checked"});
  static const auto kept_of_site = Kept<VisitedSite>({"asset_id", "escorted"});
  kept.Copy(delegation, scored);
  for (const auto& member : delegation.members()) {
    auto& scored_member = *scored.add_members();
    kept_of_member.Copy(member, scored_member);
    if (member.has_person()) *scored_member.mutable_person() = SideOf(member.person());
  }
  for (const auto& site : delegation.sites()) kept_of_site.Copy(site, *scored.add_sites());
}

void KeepContent(const RecordFields& fields, RecordFields& scored) {
  switch (fields.content_case()) {
    case RecordFields::kGift:
      return KeepScored(fields.gift(), *scored.mutable_gift());
    case RecordFields::kHospitality:
      return KeepScored(fields.hospitality(), *scored.mutable_hospitality());
    case RecordFields::kTravel:
      return KeepScored(fields.travel(), *scored.mutable_travel());
    case RecordFields::kDevice:
      return KeepScored(fields.device(), *scored.mutable_device());
    case RecordFields::kDelegation:
      return KeepScored(fields.delegation(), *scored.mutable_delegation());
    case RecordFields::CONTENT_NOT_SET:
      return;
  }
}

}  // namespace

RecordFields ScoredFields(const RecordFields& fields) {
  static const auto kept = Kept<RecordFields>(
      {"relationship_id", "occur_date", "occur_end", "source", "reported_by_role", "published_on"});
  RecordFields scored;
  kept.Copy(fields, scored);
  for (const std::string& path : fields.unknown_fields()) {
    if (FindPath(path)) scored.add_unknown_fields(path);
  }
  KeepContent(fields, scored);
  return scored;
}

bool HasPath(RecordFields::ContentCase content, std::string_view path) {
  const std::optional<FieldPath> found = FindPath(path);
  return found && (found->content == nullptr || found->content->number() == content);
}

void CopyPath(const RecordFields& from, std::string_view path, RecordFields& to) {
  TL_CHECK(HasPath(to.content_case(), path));
  const FieldPath found = *FindPath(path);
  if (found.content == nullptr) return fields::Copy(from, found.field, to);
  fields::Copy(from.GetReflection()->GetMessage(from, found.content), found.field,
               *to.GetReflection()->MutableMessage(&to, found.content));
}

}  // namespace twinledger::risk
