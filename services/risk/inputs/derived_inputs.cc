#include "risk/inputs/derived_inputs.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include "risk/domain/bounds.h"
#include "risk/inputs/period.h"

namespace twinledger::risk {
namespace {

namespace ev = engagement::events::v1;
using registry::events::v1::TRI_STATE_NO;
using registry::events::v1::TRI_STATE_YES;
using registry::events::v1::TriState;

constexpr int kNoticeWorkingDays = 5;
constexpr std::int64_t kAnyNumber = kCountMax;

bool IsNamedUnknown(const RecordFields& fields, std::string_view path) {
  return std::ranges::find(fields.unknown_fields(), path) != fields.unknown_fields().end();
}

// "GIFT_KIND_CASH" is "CASH".
std::string NameBehind(std::string_view prefix, const std::string& name) {
  return name.substr(prefix.size());
}

void Say(std::string_view input, std::optional<bool> yes, Choices& choices) {
  if (yes) choices.emplace(input, *yes ? "YES" : "NO");
}

std::optional<bool> IsYes(TriState answer) {
  if (answer == TRI_STATE_YES) return true;
  if (answer == TRI_STATE_NO) return false;
  return std::nullopt;
}

// Whether one of all is so: one is enough, and none must be open to deny it.
class AnyOf {
 public:
  void Add(std::optional<bool> one) {
    some_ = some_ || one == true;
    open_ = open_ || !one;
  }
  std::optional<bool> answer() const {
    if (some_) return true;
    return open_ ? std::nullopt : std::optional(false);
  }

 private:
  bool some_ = false;
  bool open_ = false;
};

// What nobody has decided on yet is not accepted.
std::optional<bool> IsAccepted(ev::GiftDisposition disposition) {
  if (disposition == ev::GIFT_DISPOSITION_UNSPECIFIED) return std::nullopt;
  return disposition == ev::GIFT_DISPOSITION_RETAINED ||
         disposition == ev::GIFT_DISPOSITION_SURRENDERED ||
         disposition == ev::GIFT_DISPOSITION_SHARED;
}

// Empty where it is not known.
std::string HandlingOf(const ev::Gift& gift) {
  if (gift.handling() == ev::GIFT_HANDLING_NOT_APPLICABLE) return "NA";
  if (gift.handling() != ev::GIFT_HANDLING_UNSPECIFIED) {
    return NameBehind("GIFT_HANDLING_", ev::GiftHandling_Name(gift.handling()));
  }
  const auto disposition = gift.disposition();
  const bool handed_back =
      disposition == ev::GIFT_DISPOSITION_DECLINED || disposition == ev::GIFT_DISPOSITION_RETURNED;
  if (handed_back) return "NA";
  return disposition == ev::GIFT_DISPOSITION_DESTROYED ? "DESTROYED" : "";
}

std::vector<Choices> Read(const ev::Gift& gift) {
  Choices choices;
  Say("benefit.accepted", IsAccepted(gift.disposition()), choices);
  if (gift.kind() != ev::GIFT_KIND_UNSPECIFIED) {
    choices.emplace("gift.kind", NameBehind("GIFT_KIND_", ev::GiftKind_Name(gift.kind())));
  }
  if (std::string handling = HandlingOf(gift); !handling.empty()) {
    choices.emplace("gift.handling", std::move(handling));
  }
  return {choices};
}

std::vector<Choices> Read(const ev::Hospitality& hospitality) {
  Choices choices;
  Say("benefit.accepted", IsYes(hospitality.accepted()), choices);
  return {choices};
}

bool IsForeign(ev::Payer payer) {
  return payer == ev::PAYER_FOREIGN_PUBLIC || payer == ev::PAYER_FOREIGN_PRIVATE;
}

// Who paid how much of a journey. Lines of which nobody says for whom they were are the traveller's
// or the companion's, all alike.
struct Costs {
  std::int64_t total = 0;
  std::int64_t foreign = 0;
  bool known = false;
  bool companion_paid = false;  // By the foreign side.
};

bool IsForCompanion(const ev::Travel& travel, const ev::CostLine& line, bool open_lines_too) {
  if (line.for_companion() == TRI_STATE_YES) return true;
  return open_lines_too && line.for_companion() != TRI_STATE_NO && !travel.companions().empty();
}

Costs CostsOf(const ev::Travel& travel, bool open_lines_for_companion) {
  Costs costs{.known = !travel.cost_lines().empty()};
  for (const auto& line : travel.cost_lines()) {
    if (IsForCompanion(travel, line, open_lines_for_companion)) {
      costs.companion_paid = costs.companion_paid || IsForeign(line.payer());
      continue;
    }
    costs.known = costs.known && line.has_amount() && line.payer() != ev::PAYER_UNSPECIFIED;
    costs.total += line.amount().nzd_cents();
    if (IsForeign(line.payer())) costs.foreign += line.amount().nzd_cents();
  }
  return costs;
}

std::string_view ShareOf(const Costs& costs, bool approved) {
  if (costs.foreign == 0) return "NONE";
  if (costs.foreign * 2 < costs.total) return "UNDER_HALF";
  return costs.foreign < costs.total || approved ? "HALF_OR_MORE" : "ALL_UNAPPROVED";
}

// An approval comes before the journey.
std::optional<bool> IsApproved(const RecordFields& fields) {
  const ev::Travel& travel = fields.travel();
  if (!travel.has_approved_by()) {
    if (IsNamedUnknown(fields, "travel.approved_by")) return std::nullopt;
    return false;
  }
  const std::optional<Period> approved = PeriodOf(travel.approved_on());
  const std::optional<Period> depart = PeriodOf(travel.depart_on());
  return !approved || !depart || approved->first <= depart->last;
}

std::optional<bool> CompanionsHadPurpose(const RecordFields& fields) {
  AnyOf without;
  if (IsNamedUnknown(fields, "travel.companions")) without.Add(std::nullopt);
  for (const auto& companion : fields.travel().companions()) {
    const std::optional<bool> purpose = IsYes(companion.official_purpose());
    without.Add(purpose ? std::optional(!*purpose) : std::nullopt);
  }
  const std::optional<bool> answer = without.answer();
  return answer ? std::optional(!*answer) : std::nullopt;
}

// The rules know three sides; whoever else of New Zealand pays is on the council's.
std::string_view UpgradePayer(ev::Payer payer) {
  if (IsForeign(payer)) return "FOREIGN";
  return payer == ev::PAYER_SELF ? "SELF" : "COUNCIL";
}

std::vector<Choices> ReadTravel(const RecordFields& fields) {
  const ev::Travel& travel = fields.travel();
  Choices choices;
  if (travel.has_leisure_days()) Say("travel.leisure", travel.leisure_days() > 0, choices);
  if (travel.upgrade_paid_by() != ev::PAYER_UNSPECIFIED) {
    choices.emplace("travel.upgrade_paid_by", UpgradePayer(travel.upgrade_paid_by()));
  } else if (!IsNamedUnknown(fields, "travel.upgrade_paid_by")) {
    choices.emplace("travel.upgrade_paid_by", "NONE");
  }
  Say("travel.companion_official_purpose", CompanionsHadPurpose(fields), choices);
  std::vector<Choices> readings;
  const std::optional<bool> approved = IsApproved(fields);
  for (const bool for_companion : {false, true}) {
    for (const bool was_approved : {false, true}) {
      if (approved && *approved != was_approved) continue;
      const Costs costs = CostsOf(travel, for_companion);
      Choices reading = choices;
      if (costs.known) reading.emplace("travel.foreign_share", ShareOf(costs, was_approved));
      if (costs.known || costs.companion_paid) {
        Say("travel.companion_paid", costs.companion_paid, reading);
      }
      readings.push_back(std::move(reading));
    }
  }
  return readings;
}

std::vector<Choices> Read(const ev::Device& device) {
  Choices choices;
  const bool none = device.device_class() == ev::DEVICE_CLASS_NONE;
  if (device.device_class() != ev::DEVICE_CLASS_UNSPECIFIED) {
    choices.emplace("device.class",
                    NameBehind("DEVICE_CLASS_", ev::DeviceClass_Name(device.device_class())));
  }
  Say("device.travelled", !none, choices);
  if (device.custody_breach() != ev::CUSTODY_BREACH_UNSPECIFIED) {
    choices.emplace("device.custody_breach",
                    NameBehind("CUSTODY_BREACH_", ev::CustodyBreach_Name(device.custody_breach())));
  } else if (none) {
    choices.emplace("device.custody_breach", "NONE");
  }
  return {choices};
}

bool NeedsLeave(int conduct) {
  return conduct == ev::DELEGATION_CONDUCT_LEFT_GROUP ||
         conduct == ev::DELEGATION_CONDUCT_RECORDED ||
         conduct == ev::DELEGATION_CONDUCT_PLUGGED_IN_DEVICE;
}

std::vector<Choices> ReadDelegation(const RecordFields& fields) {
  const ev::Delegation& delegation = fields.delegation();
  AnyOf visits;
  AnyOf breach;
  if (IsNamedUnknown(fields, "delegation.sites")) visits.Add(std::nullopt);
  if (delegation.conduct().empty()) breach.Add(std::nullopt);
  for (const int conduct : delegation.conduct()) breach.Add(NeedsLeave(conduct));
  for (const auto& site : delegation.sites()) {
    visits.Add(!site.asset_id().empty());
    const std::optional<bool> escorted = IsYes(site.escorted());
    breach.Add(escorted ? std::optional(!*escorted) : std::nullopt);
  }
  Choices choices;
  Say("delegation.visits_asset", visits.answer(), choices);
  Say("delegation.breach", breach.answer(), choices);
  return {choices};
}

// Whether somebody came onto the list too late, as far as both days are known.
std::optional<bool> IsAddedLate(const ev::DelegationMember& member, const Period& arrival,
                                const std::vector<Day>& holidays) {
  const std::optional<Period> added = PeriodOf(member.added_on());
  if (!added) return std::nullopt;
  const auto late = [&](Day from, Day to) {
    return WithinWorkingDays(from, to, kNoticeWorkingDays - 1, holidays);
  };
  if (late(added->first, arrival.last)) return true;
  return late(added->last, arrival.first) ? std::nullopt : std::optional(false);
}

constexpr Day kNever = std::numeric_limits<Day>::max();

std::optional<Day> DayOrNever(Day day) { return day == kNever ? std::nullopt : std::optional(day); }

}  // namespace

std::optional<bool> IsToCouncil(const RecordFields& fields) {
  if (fields.has_gift()) {
    const auto direction = fields.gift().direction();
    if (direction == ev::GIFT_DIRECTION_UNSPECIFIED) return std::nullopt;
    return direction == ev::GIFT_DIRECTION_OFFERED_TO_COUNCIL;
  }
  const ev::Hospitality& hospitality = fields.hospitality();
  if (hospitality.host().has_principal_id()) return true;
  if (hospitality.host().has_official_id()) return false;
  // Both sides have offices: whose host it is, the guests tell.
  if (std::ranges::any_of(hospitality.guests(), &ev::Party::has_official_id)) return true;
  if (std::ranges::any_of(hospitality.guests(), &ev::Party::has_principal_id)) return false;
  return std::nullopt;
}

std::optional<std::int64_t> BenefitCents(const RecordFields& fields) {
  const bool gift = fields.has_gift();
  if (gift ? !fields.gift().has_value() : !fields.hospitality().has_value_per_person()) {
    return std::nullopt;
  }
  const ev::Money& worth = gift ? fields.gift().value() : fields.hospitality().value_per_person();
  return std::clamp<std::int64_t>(worth.nzd_cents(), 0, kValueCentsMax);
}

std::vector<Choices> ReadingsOf(const RecordFields& fields) {
  switch (fields.content_case()) {
    case RecordFields::kGift:
      return Read(fields.gift());
    case RecordFields::kHospitality:
      return Read(fields.hospitality());
    case RecordFields::kTravel:
      return ReadTravel(fields);
    case RecordFields::kDevice:
      return Read(fields.device());
    case RecordFields::kDelegation:
      return ReadDelegation(fields);
    case RecordFields::CONTENT_NOT_SET:
      break;
  }
  return {Choices()};
}

Count DelegatesInQuestion(const RecordFields& fields, const EventDays& days,
                          const std::vector<Day>& holidays) {
  const ev::Delegation& delegation = fields.delegation();
  const Period arrival = PeriodOf(fields.occur_date()).value_or(Period{days.first, days.last});
  Count count;
  std::int64_t listed = 0;
  for (const auto& member : delegation.members()) {
    if (member.person().has_official_id()) continue;  // Of the council itself.
    ++listed;
    AnyOf in_question;
    in_question.Add(IsAddedLate(member, arrival, holidays));
    const std::optional<bool> identified = IsYes(member.identity_checked());
    in_question.Add(identified ? std::optional(!*identified) : std::nullopt);
    const std::optional<bool> answer = in_question.answer();
    if (answer == true) ++count.least;
    if (answer != false) ++count.most;
  }
  if (delegation.has_size_arrived()) {
    count.most += std::max<std::int64_t>(0, delegation.size_arrived() - listed);
  } else if (listed == 0) {
    count.most = kAnyNumber;  // Nobody says who came.
  }
  return count;
}

Completion ChecksOf(const Told& journey, const std::vector<const RecordHistory*>& devices) {
  Day earliest = std::numeric_limits<Day>::min();
  Day latest = earliest;
  const auto need = [&](const registry::events::v1::PartialDate& date, bool named_unknown) {
    const std::optional<Period> done = PeriodOf(date);
    const Day first = named_unknown ? journey.days.first : kNever;
    earliest = std::max(earliest, done ? done->first : first);
    latest = std::max(latest, done ? done->last : kNever);
  };
  const RecordFields& fields = journey.fields();
  need(fields.travel().briefed_on(), IsNamedUnknown(fields, "travel.briefed_on"));
  need(fields.travel().debriefed_on(), IsNamedUnknown(fields, "travel.debriefed_on"));
  for (const RecordHistory* device : devices) {
    if (device->fields().device().device_class() == ev::DEVICE_CLASS_NONE) continue;
    need(device->fields().device().checked_on(),
         IsNamedUnknown(device->fields(), "device.checked_on"));
  }
  return {.earliest = DayOrNever(earliest), .latest = DayOrNever(latest)};
}

}  // namespace twinledger::risk
