#include "engagement/domain/contradictions.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "engagement/domain/amendment.h"
#include "platform/fields/field_path.h"
#include "platform/fields/field_paths.h"
#include "platform/fields/field_trail.h"

namespace twinledger::engagement {
namespace {

using events::v1::Delegation;
using events::v1::Device;
using events::v1::Gift;
using events::v1::Hospitality;
using events::v1::Party;
using events::v1::RecordFields;
using events::v1::Travel;
using fields::FieldPath;
using fields::FieldTrail;
using fields::PartsOf;
using google::protobuf::FieldDescriptor;
using registry::events::v1::PartialDate;

// Collects what is found in one record.
class Findings {
 public:
  void Add(std::string_view path, std::string text) {
    all_.push_back({std::string(path), std::move(text)});
  }
  void AddIf(bool wrong, std::string_view path, std::string_view text) {
    if (wrong) Add(path, std::string(text));
  }
  // `later` does not come before `earlier`, as far as both are known.
  template <class Date>
  void InOrder(std::string_view earlier_name, const Date& earlier, std::string_view path,
               const Date& later) {
    if (!fields::IsBefore(PartsOf(later), PartsOf(earlier))) return;
    Add(path, fmt::format("{}: want no day before {}, {}", fields::ToText(PartsOf(later)),
                          earlier_name, fields::ToText(PartsOf(earlier))));
  }
  Contradictions Take() { return std::move(all_); }

 private:
  Contradictions all_;
};

bool IsDevice(const Gift& gift) {
  return gift.kind() == events::v1::GIFT_KIND_ELECTRONIC ||
         gift.kind() == events::v1::GIFT_KIND_STORAGE_MEDIA;
}

// The council's side is never a principal, the other one never an official.
void CheckSides(const Gift& gift, Findings& found) {
  const bool offered = gift.direction() == events::v1::GIFT_DIRECTION_OFFERED_TO_COUNCIL;
  const bool given = gift.direction() == events::v1::GIFT_DIRECTION_GIVEN_BY_COUNCIL;
  constexpr std::string_view kOfCouncil = "a principal: want an official or office of the council";
  constexpr std::string_view kOfOther =
      "an official of the council: want a principal or its office";
  found.AddIf(offered && gift.recipient().who_case() == Party::kPrincipalId, "gift.recipient",
              kOfCouncil);
  found.AddIf(offered && gift.donor().who_case() == Party::kOfficialId, "gift.donor", kOfOther);
  found.AddIf(given && gift.donor().who_case() == Party::kPrincipalId, "gift.donor", kOfCouncil);
  found.AddIf(given && gift.recipient().who_case() == Party::kOfficialId, "gift.recipient",
              kOfOther);
}

void Check(const Gift& gift, Findings& found) {
  CheckSides(gift, found);
  found.InOrder("offered_on", gift.offered_on(), "gift.decided_on", gift.decided_on());
  found.AddIf(gift.has_decided_on() && gift.disposition() == events::v1::GIFT_DISPOSITION_OFFERED,
              "gift.decided_on",
              "given, and nobody has decided: leave it out, or say what was decided");
  found.AddIf(!gift.asset_number().empty() &&
                  gift.disposition() != events::v1::GIFT_DISPOSITION_SURRENDERED,
              "gift.asset_number",
              "given, and the gift was not surrendered: leave it out, or amend the disposition");
  const auto handling = gift.handling();
  const bool handled = handling != events::v1::GIFT_HANDLING_UNSPECIFIED &&
                       handling != events::v1::GIFT_HANDLING_NOT_APPLICABLE;
  found.AddIf(handled && !IsDevice(gift), "gift.handling",
              "given, and the gift is neither electronic nor storage: leave it out, or amend the "
              "kind");
  const bool certified = handling == events::v1::GIFT_HANDLING_QUARANTINED ||
                         handling == events::v1::GIFT_HANDLING_EXAMINED ||
                         handling == events::v1::GIFT_HANDLING_DESTROYED;
  found.AddIf(!gift.handling_certificate().empty() && !certified, "gift.handling_certificate",
              "given, and the gift was not quarantined, examined or destroyed: leave it out, or "
              "amend the handling");
}

void Check(const Hospitality& hospitality, Findings& found) {
  const bool decided = hospitality.accepted() == registry::events::v1::TRI_STATE_YES ||
                       hospitality.accepted() == registry::events::v1::TRI_STATE_NO;
  found.AddIf(hospitality.has_decided_on() && !decided, "hospitality.decided_on",
              "given, and not whether it was accepted: leave it out, or say yes or no");
}

void Check(const Travel& travel, Findings& found) {
  found.InOrder("depart_on", travel.depart_on(), "travel.return_on", travel.return_on());
  found.InOrder("depart_on", travel.depart_on(), "travel.debriefed_on", travel.debriefed_on());
  found.InOrder("briefed_on", travel.briefed_on(), "travel.debriefed_on", travel.debriefed_on());
  found.AddIf(travel.has_approved_on() && !travel.has_approved_by(), "travel.approved_on",
              "given without approved_by: say who approved it");
}

void Check(const Device& device, const RecordFields& record, Findings& found) {
  found.AddIf(!device.loan_id().empty() && device.device_class() != events::v1::DEVICE_CLASS_LOAN,
              "device.loan_id",
              "given, and it is no loan device: leave it out, or amend the class");
  found.InOrder("occur_date", record.occur_date(), "device.returned_on", device.returned_on());
  found.InOrder("occur_date", record.occur_date(), "device.checked_on", device.checked_on());
  found.InOrder("returned_on", device.returned_on(), "device.wiped_on", device.wiped_on());
  const bool found_something = device.finding() != events::v1::DEVICE_FINDING_UNSPECIFIED &&
                               device.finding() != events::v1::DEVICE_FINDING_NOT_CHECKED;
  found.AddIf(device.has_checked_on() && device.finding() == events::v1::DEVICE_FINDING_NOT_CHECKED,
              "device.finding", "NOT_CHECKED, and checked_on is given: say what was found");
  found.AddIf(found_something && device.device_class() == events::v1::DEVICE_CLASS_NONE,
              "device.finding", "given, and no device was taken: leave it out, or amend the class");
}

void Check(const Delegation& delegation, const RecordFields& record, Findings& found) {
  found.InOrder("occur_date", record.occur_date(), "delegation.debriefed_on",
                delegation.debriefed_on());
  const auto& conduct = delegation.conduct();
  found.AddIf(
      conduct.size() > 1 && std::ranges::count(conduct, events::v1::DELEGATION_CONDUCT_NONE) > 0,
      "delegation.conduct", "NONE beside others: leave one or the others out");
}

template <class Content>
void CheckWithdrawal(std::string_view path, const Content& content, Findings& found) {
  found.AddIf(!content.withdrawal_minute().empty() && content.decision_links().empty(), path,
              "given without decision_links: name the decision that was withdrawn from");
}

void CheckContent(const RecordFields& record, Findings& found) {
  switch (record.content_case()) {
    case RecordFields::kGift:
      Check(record.gift(), found);
      return CheckWithdrawal("gift.withdrawal_minute", record.gift(), found);
    case RecordFields::kHospitality:
      Check(record.hospitality(), found);
      return CheckWithdrawal("hospitality.withdrawal_minute", record.hospitality(), found);
    case RecordFields::kTravel:
      Check(record.travel(), found);
      return CheckWithdrawal("travel.withdrawal_minute", record.travel(), found);
    case RecordFields::kDevice:
      return Check(record.device(), record, found);
    case RecordFields::kDelegation:
      return Check(record.delegation(), record, found);
    case RecordFields::CONTENT_NOT_SET:
      return;
  }
}

bool HasDaysOfItsOwn(const RecordFields& record) {
  return record.has_gift() || record.has_travel();
}

// What a path says, as far as records of this content have it.
std::optional<std::string> Shown(const RecordFields& record, const std::string& path) {
  const std::size_t dot = path.find('.');
  if (dot == std::string::npos) return fields::Show(record, path);
  const auto* content = RecordFields::descriptor()->FindFieldByName(path.substr(0, dot));
  return fields::Show(record.GetReflection()->GetMessage(record, content), path.substr(dot + 1));
}

bool IsDate(const FieldDescriptor& field) {
  return field.message_type() == PartialDate::descriptor();
}

// Whether the date may lie ahead.
bool IsPlanned(const FieldDescriptor& date) {
  constexpr std::string_view kPlanned[] = {"occur_date", "occur_end", "depart_on", "return_on"};
  return std::ranges::count(kPlanned, date.name()) > 0;
}

// Calls `visit` for every date in a message, which is that of `in`, and in those within it: with
// its field and the path to it.
template <class Visit>
void EachDate(const google::protobuf::Message& message, const FieldTrail& dates,
              const FieldPath* in, const Visit& visit) {
  const auto& reflection = dates.reflection();
  const auto go = [&](const FieldTrail::Step& step, const google::protobuf::Message& value,
                      const FieldPath& at) {
    if (!step.wanted) return EachDate(value, *step.within, &at, visit);
    visit(PartsOf(static_cast<const PartialDate&>(value)), *step.field, at);
  };
  for (const FieldTrail::Step& step : dates.steps()) {
    const std::string& name = step.field->name();
    const FieldPath at = in != nullptr ? FieldPath(*in, name) : FieldPath(name);
    if (!step.repeated) {
      if (reflection.HasField(message, step.field)) {
        go(step, reflection.GetMessage(message, step.field), at);
      }
      continue;
    }
    const int size = reflection.FieldSize(message, step.field);
    for (int i = 0; i < size; ++i) {
      go(step, reflection.GetRepeatedMessage(message, step.field, i), {at, i});
    }
  }
}

constexpr int kYearsAheadMax = 5;

}  // namespace

Contradictions ContradictionsOf(const RecordFields& record) {
  Findings found;
  if (HasDaysOfItsOwn(record)) {
    found.AddIf(record.has_occur_date() || record.has_occur_end(), "occur_date",
                "given: leave it out, gifts and travel have days of their own");
  } else {
    found.AddIf(record.has_occur_end() && !record.has_occur_date(), "occur_end",
                "given without occur_date: a range has both");
    found.InOrder("occur_date", record.occur_date(), "occur_end", record.occur_end());
  }
  found.AddIf(record.has_published_on() && record.published_url().empty(), "published_on",
              "given without published_url: say where it is published");
  for (const std::string& path : record.unknown_fields()) {
    if (!HasPath(record.content_case(), path)) {
      found.Add("unknown_fields",
                fmt::format("names {}, which a record of this kind has not", path));
    } else if (Shown(record, path)) {
      found.Add("unknown_fields", fmt::format("names {}, which is given: leave one out", path));
    }
  }
  CheckContent(record, found);
  return found.Take();
}

Contradictions FutureDatesOf(const RecordFields& record, const fields::PartialDate& today) {
  static const FieldTrail dates(*RecordFields::descriptor(), IsDate);
  fields::PartialDate last = today;
  last.year += kYearsAheadMax;
  last.day = std::min(last.day, 28);  // A day that every year has.
  Findings found;
  const auto look = [&](const fields::PartialDate& date, const FieldDescriptor& field,
                        const FieldPath& at) {
    if (!fields::IsBefore(today, date)) return;
    const bool planned = IsPlanned(field);
    if (planned && !fields::IsBefore(last, date)) return;
    const std::string day = fields::ToText(date);
    found.Add(at.Text(),
              planned
                  ? fmt::format("{} lies more than {} years ahead: correct it", day, kYearsAheadMax)
                  : fmt::format("{} lies in the future: record what is done once it is", day));
  };
  EachDate(record, dates, nullptr, look);
  return found.Take();
}

std::string ToText(const Contradictions& contradictions) {
  std::string text;
  for (const Contradiction& one : contradictions) {
    text += (text.empty() ? "" : "; ") + one.path + ": " + one.text;
  }
  return text;
}

}  // namespace twinledger::engagement
