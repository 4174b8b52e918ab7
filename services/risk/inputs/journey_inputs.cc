#include "risk/inputs/journey_inputs.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include "risk/inputs/answers.h"
#include "risk/inputs/period.h"

namespace twinledger::risk {
namespace {

namespace ev = engagement::events::v1;
using registry::events::v1::TRI_STATE_NO;
using registry::events::v1::TRI_STATE_YES;

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

constexpr Day kNever = std::numeric_limits<Day>::max();

std::optional<Day> DayOrNever(Day day) { return day == kNever ? std::nullopt : std::optional(day); }

}  // namespace

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

Choices ReadDevice(const ev::Device& device) {
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
  return choices;
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
